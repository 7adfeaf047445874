// Painting on a canvas, by vis-network: it holds marks and ties, finds what is under the
// pointer, pans, zooms and lets people be moved. `scene` says where and what a mark is.

const MANY_TIES = 4000;  // with more, they are left out while the picture is being moved

const FREELY = {
  enabled: false, stabilization: false, solver: "forceAtlas2Based", maxVelocity: 20,
  forceAtlas2Based: {
    gravitationalConstant: -18, centralGravity: 0.012, springLength: 40, springConstant: 0.06,
    damping: 0.6, avoidOverlap: 0.4,
  },
};

class CanvasEngine {
  constructor(element, scene, heard) {
    this.scene = scene;
    this.nodes = this.edges = null;
    this.network = new vis.Network(element, {}, {
      autoResize: true,
      layout: { improvedLayout: false },
      nodes: { shape: "custom", ctxRenderer: (node) => this.paintNode(node) },
      edges: { smooth: false, selectionWidth: 0, hoverWidth: 0.5 },
      interaction: {
        hover: true, selectConnectedEdges: false, hoverConnectedEdges: false,
        hideEdgesOnDrag: scene.tieCount > MANY_TIES, hideEdgesOnZoom: scene.tieCount > MANY_TIES,
      },
      physics: FREELY,
    });
    const { network } = this;
    network.on("beforeDrawing", () => { this.scale = network.getScale(); });
    network.on("afterDrawing", () => heard.painted());
    network.on("resize", () => heard.resized());
    network.on("click", ({ nodes, edges }) => heard.chosen(nodes[0], nodes.length ? undefined : edges[0]));
    network.on("doubleClick", ({ nodes }) => heard.opened(nodes[0]));
    network.on("hoverNode", ({ node }) => heard.hovered(node));
    network.on("hoverEdge", ({ edge }) => heard.hovered(undefined, edge));
    for (const event of ["blurNode", "blurEdge"]) network.on(event, () => heard.hovered());
    for (const event of ["zoom", "dragEnd"]) network.on(event, () => heard.moved());
    network.on("dragStart", () => heard.hovered());
    network.on("dragging", ({ nodes }) => this.keepPlaces(nodes));
  }

  get frame() {
    const { clientWidth: width, clientHeight: height } = this.network.canvas.frame;
    return { width, height };
  }

  get camera() { return { ...this.network.getViewPosition(), scale: this.network.getScale() }; }

  // Marks and ties that were shown before are only hidden: making them anew is what takes long.
  show(marks, ties) {
    const { x, y, size } = this.scene;
    const { body } = this.network;
    const shownMarks = new Set(marks), shownTies = new Map(ties.map((tie) => [tie.id, tie]));
    const nodes = marks.filter((mark) => !body.nodes[mark])
      .map((mark) => ({ id: mark, x: x[mark], y: y[mark], size: size[mark] }));
    const edges = ties.filter(({ id }) => !body.edges[id])
      .map(({ id, source, target, width }) => ({ id, from: source, to: target, width }));
    if (!this.nodes) {
      this.nodes = new vis.DataSet(nodes);
      this.edges = new vis.DataSet(edges);
      this.network.setData({ nodes: this.nodes, edges: this.edges });
      return;
    }
    this.nodes.add(nodes);
    this.edges.add(edges);
    for (const node of Object.values(body.nodes)) node.options.hidden = !shownMarks.has(node.id);
    for (const edge of Object.values(body.edges)) {
      const tie = shownTies.get(edge.id);
      edge.options.hidden = !tie;
      if (tie) edge.options.width = tie.width;
    }
    body.emitter.emit("_dataChanged");
  }

  // Colours of ties, from the theme.
  dress({ tie, tieChosen }, opacity) {
    this.network.setOptions({
      edges: { color: { color: tie, highlight: tie, hover: tieChosen, inherit: false, opacity } },
    });
  }

  paint() { this.network.redraw(); }

  paintNode({ ctx, id, x, y, state }) {
    const { scene, scale } = this;
    const size = scene.size[id];
    return {
      drawNode: () => {
        ctx.globalAlpha = scene.isGroup(id) ? 0.8 : 1;
        ctx.fillStyle = scene.colourOf(id);
        outline(ctx, scene.shapeOf(id), x, y, Math.max(size, 1.4 / scale));
        ctx.fill();
        // A thin rim parts a circle from what lies behind it.
        ctx.globalAlpha = state.hover ? 1 : 0.55;
        ctx.lineWidth = state.hover ? 2.5 / scale : Math.min(1.1 / scale, size / 4);
        ctx.strokeStyle = scene.ink.rim;
        ctx.stroke();
      },
      nodeDimensions: { width: 2 * size, height: 2 * size },
    };
  }

  moveTo({ x, y, scale }, animated) {
    this.network.moveTo({ position: { x, y }, scale,
      animation: animated ? { duration: 350, easingFunction: "easeInOutQuad" } : false });
  }

  resize() { this.network.setSize("100%", "100%"); }

  // Where people were moved to, by hand or by forces.
  keepPlaces(marks = Object.keys(this.network.body.nodes)) {
    for (const mark of marks) {
      const { x, y } = this.network.body.nodes[mark];
      this.scene.x[mark] = x;
      this.scene.y[mark] = y;
    }
  }

  moveFreely(on) {
    this.network.setOptions({ physics: { enabled: on } });
    if (on) this.network.startSimulation(); else this.network.stopSimulation();
  }
}
