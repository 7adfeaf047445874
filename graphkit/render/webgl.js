// Painting by the graphics card, by sigma.js. The same face as `CanvasEngine`.

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

// Whether there is a graphics card: WebGL without one is emulated, and slower than a canvas.
function hasGraphicsCard() {
  const context = document.createElement("canvas").getContext("webgl2");
  if (!context) return false;
  const told = context.getExtension("WEBGL_debug_renderer_info");
  const name = context.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !SOFTWARE.test(name);
}

// A colour as it is seen through: what is drawn is opaque, which sigma blends right.
function mixed(colour, paper, share) {
  const parts = [1, 3, 5].map((at) => {
    const [one, other] = [colour, paper].map((hex) => parseInt(hex.slice(at, at + 2), 16));
    return Math.round(one * share + other * (1 - share)).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

class WebglEngine {
  constructor(element, scene, heard) {
    this.scene = scene;
    this.element = element;
    this.graph = new sigmaLibrary.Graph();
    this.shownMarks = new Set();
    this.shownTies = new Map();
    this.opacity = 0.5;
    const { x, y } = scene;
    const [west, east] = range(x), [north, south] = range(y);
    this.sigma = new sigmaLibrary.Sigma(this.graph, element, {
      allowInvalidContainer: true,
      renderLabels: false,
      enableEdgeEvents: true,
      hideEdgesOnMove: scene.tieCount > 20000,
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      stagePadding: 0,
      minEdgeThickness: 0.9,
      zIndex: false,
      // A hovered mark is named by the page.
      defaultDrawNodeHover: () => {},
      nodeReducer: (_, mark) => ({
        ...mark, size: scene.size[mark.number], color: scene.colourOf(mark.number),
        hidden: !this.shownMarks.has(mark.number),
      }),
      edgeReducer: (key, tie) => {
        const shown = this.shownTies.get(key);
        return { ...tie, hidden: !shown, size: shown?.width, color: this.colour };
      },
    });
    this.sigma.setCustomBBox({ x: [west, east], y: [-south, -north] });
    const { sigma } = this;
    const mark = (key) => Number(key);
    sigma.on("afterRender", () => heard.painted());
    sigma.on("resize", () => heard.resized());
    sigma.on("clickNode", ({ node }) => heard.chosen(mark(node)));
    sigma.on("clickEdge", ({ edge }) => heard.chosen(undefined, this.shownTies.get(edge).id));
    sigma.on("clickStage", () => heard.chosen());
    sigma.on("doubleClickNode", (event) => { event.preventSigmaDefault(); heard.opened(mark(event.node)); });
    sigma.on("enterNode", ({ node }) => heard.hovered(mark(node)));
    sigma.on("enterEdge", ({ edge }) => heard.hovered(undefined, this.shownTies.get(edge).id));
    for (const event of ["leaveNode", "leaveEdge"]) sigma.on(event, () => heard.hovered());
    sigma.getCamera().on("updated", () => heard.moved());
  }

  get frame() { return { width: this.element.clientWidth, height: this.element.clientHeight }; }

  // The camera as it is set, not as it was in the last picture.
  get now() { return { cameraState: this.sigma.getCamera().getState() }; }

  // Pixels for one unit of the drawing when the camera's ratio is 1.
  get unit() {
    const one = this.sigma.graphToViewport({ x: 0, y: 0 }, this.now);
    const other = this.sigma.graphToViewport({ x: 1, y: 0 }, this.now);
    return Math.hypot(other.x - one.x, other.y - one.y) * this.sigma.getCamera().ratio;
  }

  get camera() {
    const { width, height } = this.frame;
    const { x, y } = this.sigma.viewportToGraph({ x: width / 2, y: height / 2 }, this.now);
    return { x, y: -y, scale: this.unit / this.sigma.getCamera().ratio };
  }

  show(marks, ties) {
    const { x, y, size } = this.scene;
    this.shownMarks = new Set(marks);
    this.shownTies = new Map(ties.map((tie) => [String(tie.id), tie]));
    for (const mark of marks) {
      if (!this.graph.hasNode(mark)) {
        this.graph.addNode(mark, { number: mark, x: x[mark], y: -y[mark], size: size[mark] });
      }
    }
    for (const [key, { source, target, width }] of this.shownTies) {
      if (!this.graph.hasEdge(key)) this.graph.addEdgeWithKey(key, source, target, { size: width });
    }
    this.sigma.refresh();
  }

  dress({ tie }, opacity) {
    this.colour = mixed(tie, this.scene.ink.paper, opacity);
    this.paint();
  }

  paint() { this.sigma.refresh(); }

  moveTo({ x, y, scale }, animated) {
    const { sigma } = this;
    const place = sigma.viewportToFramedGraph(sigma.graphToViewport({ x, y: -y }, this.now), this.now);
    const state = { x: place.x, y: place.y, ratio: this.unit / scale };
    if (animated) sigma.getCamera().animate(state, { duration: 350 });
    else sigma.getCamera().setState(state);
  }

  resize() { this.sigma.resize(true); }
}
