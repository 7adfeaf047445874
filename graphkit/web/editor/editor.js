// The editor page: yasgui with what this graph knows. Nothing is asked of any other server.
"use strict";

const ENDPOINT = new URL("sparql", document.baseURI).href;

/** An IRI as a query writes it. */
function written(iri, prefixes) {
  for (const [prefix, start] of Object.entries(prefixes)) {
    const local = iri.slice(start.length);
    if (iri.startsWith(start) && /^[A-Za-z_][\w-]*$/.test(local)) return `${prefix}:${local}`;
  }
  return `<${iri}>`;
}

/** The declaration of the prefix that it is written with. */
function declared(iri, prefixes) {
  const [prefix] = written(iri, prefixes).split(":");
  return prefix in prefixes ? `PREFIX ${prefix}: <${prefixes[prefix]}>\n` : "";
}

/** Complete from what the graph holds, where yasqe would ask a service on the web. */
function completer(name, found) {
  Yasgui.Yasqe.forkAutocompleter(name, {
    name: `own-${name}`,
    bulk: true,
    persistenceId: null,
    get: () => found.map((each) => each.iri),
  });
  return `own-${name}`;
}

/** Ask our endpoint; the rows as plain values by variable. */
async function rows(query) {
  const said = await fetch(`${ENDPOINT}?${new URLSearchParams({ query })}`, {
    headers: { Accept: "application/sparql-results+json" },
  });
  if (!said.ok) throw new Error(await said.text());
  const { results } = await said.json();
  return results.bindings.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, { value }]) => [name, value])));
}

/** Entities whose names have all words of a text, shortest names first: [{it, name}]. */
function called(text, label) {
  // JSON quotes as SPARQL does.
  const words = text.toLowerCase().split(/[\s,]+/).filter(Boolean).map((word) =>
    `FILTER(CONTAINS(LCASE(STR(?name)), ${JSON.stringify(word)}))`);
  return rows(`SELECT DISTINCT ?it ?name { ?it <${label}> ?name ${words.join(" ")} }
    ORDER BY STRLEN(?name) ?name ?it LIMIT 20`);
}

/** The field of a parameter; of an entity it completes names, and its value is an IRI. */
function field({ name, kind, label, default: value }, prefixes) {
  const outer = document.createElement("label");
  const input = document.createElement("input");
  outer.append(`${name} `, input);
  Object.assign(input, { name, required: true, value: value ?? "", placeholder: kind.replace(/s$/, "") });
  if (["year", "number"].includes(kind)) input.inputMode = "numeric";
  if (!label) return { outer, value: async () => input.value };
  const list = document.createElement("datalist");
  list.id = `names-${name}`;
  input.setAttribute("list", list.id);
  input.autocomplete = "off";
  outer.append(list);
  let waits;
  const offer = async () => {
    const found = await called(input.value, label);
    list.replaceChildren(...found.map((each) => {
      const option = document.createElement("option");
      // Namesakes are told apart by what they are.
      const shared = found.some((other) => other !== each && other.name === each.name);
      option.value = shared ? `${written(each.it, prefixes)}` : each.name;
      option.textContent = each.name;
      return option;
    }));
    return found;
  };
  input.addEventListener("input", () => {
    clearTimeout(waits);
    if (input.value.length > 2) waits = setTimeout(() => offer().catch(() => {}), 250);
  });
  return { outer, value: async () => {
    const text = input.value.trim();
    const [, prefix, local] = /^([\w-]+):(\S+)$/.exec(text) ?? [];
    if (prefix in prefixes) return prefixes[prefix] + local;
    if (/^<?https?:/.test(text)) return text.replace(/^<|>$/g, "");
    const found = await offer();
    const exact = found.filter((each) => each.name.toLowerCase() === text.toLowerCase());
    const chosen = exact.length ? exact : found;
    if (chosen.length === 1) return chosen[0].it;
    const some = chosen.slice(0, 5).map((each) => `${each.name} (${written(each.it, prefixes)})`).join(", ");
    throw new Error(chosen.length ? `Which ${name}? ${some}${chosen.length > 5 ? ", …" : ""}` : `No ${name} is called “${text}”.`);
  } };
}

/** Ask a named query, once its parameters have values. */
function form(yasgui, prefixes) {
  const [asked, question, parameters, trouble] =
    ["asked", "question", "parameters", "trouble"].map((id) => document.getElementById(id));
  let query, fields = [];
  const ask = async () => {
    trouble.textContent = "";
    try {
      const values = await Promise.all(fields.map(async ({ name, value }) => [name, await value()]));
      const said = await fetch(`editor/queries/${query.name}?${new URLSearchParams(values)}`);
      const text = await said.text();
      if (!said.ok) throw new Error(text);
      yasgui.getTab().setQuery(text);
      await yasgui.getTab().query();
    } catch (error) {
      trouble.textContent = error.message;
    }
  };
  asked.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  return (chosen) => {
    query = chosen;
    fields = query.parameters.map((each) => ({ name: each.name, ...field(each, prefixes) }));
    parameters.replaceChildren(...fields.map(({ outer }) => outer));
    question.textContent = query.description;
    trouble.textContent = "";
    asked.hidden = !fields.length;
    if (fields.length) parameters.querySelector("input").focus();
    else ask();
  };
}

function options(select, found, label, value) {
  for (const each of found) {
    const option = document.createElement("option");
    option.value = value(each);
    // As text: what stands in a graph was written by strangers.
    option.textContent = label(each);
    select.append(option);
  }
  select.parentElement.hidden = !found.length;
}

async function start() {
  const graph = await (await fetch("editor/graph.json")).json();
  const { Yasqe } = Yasgui;
  Yasqe.registerAutocompleter({
    ...Yasqe.Autocompleters.prefixes,
    name: "own-prefixes",
    persistenceId: null,
    get: () => Object.entries(graph.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
  });
  Yasqe.defaults.autocompleters = [
    "variables",
    "own-prefixes",
    completer("class", graph.classes),
    completer("property", graph.properties),
  ];
  const first = "SELECT * {\n  ?subject a ?class\n}\nLIMIT 10";
  Yasqe.defaults.value = first;
  const yasgui = new Yasgui(document.getElementById("yasgui"), {
    requestConfig: { endpoint: ENDPOINT },
    copyEndpointOnNewTab: true,
    autofocus: true,
    // A link must not run a query on another server.
    populateFromUrl: (tab) => ({ ...tab, requestConfig: { ...tab.requestConfig, endpoint: ENDPOINT } }),
    endpointCatalogueOptions: { getData: () => [{ endpoint: ENDPOINT }], keys: [] },
    yasr: { prefixes: graph.prefixes },
  });
  const show = form(yasgui, graph.prefixes);
  const queries = document.getElementById("queries");
  const classes = document.getElementById("classes");
  options(queries, graph.queries, (each) => each.description, (each) => each.name);
  options(
    classes,
    graph.classes,
    (each) => `${written(each.iri, graph.prefixes)} (${each.count.toLocaleString("en")})`,
    (each) => `${declared(each.iri, graph.prefixes)}SELECT * {\n  ?it a ${written(each.iri, graph.prefixes)} ;\n    ?property ?value\n}\nLIMIT 50`,
  );
  queries.addEventListener("change", () => {
    const chosen = graph.queries.find((each) => each.name === queries.value);
    if (chosen) show(chosen);
  });
  classes.addEventListener("change", () => {
    if (classes.value) yasgui.getTab().setQuery(classes.value);
    classes.selectedIndex = 0;
  });
  document.getElementById("endpoint").textContent = ENDPOINT;
  window.editor = yasgui;
}

start();
