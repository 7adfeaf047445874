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

function options(select, found, label, query) {
  for (const each of found) {
    const option = document.createElement("option");
    option.value = query(each);
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
  const ask = (event) => {
    if (event.target.value) yasgui.getTab().setQuery(event.target.value);
    event.target.selectedIndex = 0;
  };
  const queries = document.getElementById("queries");
  const classes = document.getElementById("classes");
  options(queries, graph.queries, (each) => each.description, (each) => each.text);
  options(
    classes,
    graph.classes,
    (each) => `${written(each.iri, graph.prefixes)} (${each.count.toLocaleString("en")})`,
    (each) => `SELECT * {\n  ?it a ${written(each.iri, graph.prefixes)} ;\n    ?property ?value\n}\nLIMIT 50`,
  );
  for (const select of [queries, classes]) select.addEventListener("change", ask);
  document.getElementById("endpoint").textContent = ENDPOINT;
  window.editor = yasgui;
}

start();
