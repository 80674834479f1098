// What the pictures of a site share: nodes at fixed places drawn by vis-network, one pointed at, one chosen (it is in the address, so that
// it can be linked to and the back button works), and a panel that tells of the chosen one. A table on the page says the same.
"use strict";
window.evidencePicture = (data) => {
  const stage = document.getElementById("network");
  const panel = document.getElementById("panel");
  const greeting = panel.firstElementChild;
  const root = document.documentElement.dataset.root;
  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const ties = new Map(data.nodes.map((node) => [node.id, new Set([node.id])]));
  for (const edge of data.edges) {
    ties.get(edge.from).add(edge.to);
    ties.get(edge.to).add(edge.from);
  }
  const state = { hovered: null, chosen: null, ink: {} };
  const focus = () => state.hovered || state.chosen;

  // Colours come from the style sheet, so that light, dark and print agree.
  const mix = () => {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["ink", "soft", "line", "raised", "band", "sunk", "barrier", "facilitator", "mixed", "none", "focus", "link", "sans", "serif"])
      state.ink[name] = style.getPropertyValue(`--${name}`).trim();
  };

  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className: className || "", textContent: text || "" });
  const linked = (text, href) => Object.assign(make("a", "", text), { href: href.startsWith("#") ? href : root + href });
  const go = (id) => {
    const hash = id ? `#node=${encodeURIComponent(id)}` : "#";
    if (location.hash !== hash) location.hash = hash;
  };
  // The panel: of the chosen node its name and what is told of it, else what greets the reader.
  const present = (node, ...told) => {
    panel.classList.toggle("chosen", Boolean(node));
    if (!node) return panel.replaceChildren(...(told.length ? told : [greeting]));
    const close = Object.assign(make("button", "", "×"), { type: "button", ariaLabel: "Close" });
    close.addEventListener("click", () => go(null));
    const title = make("h2");
    title.append(linked(node.label, node.href));
    panel.replaceChildren(close, title, ...told);
    panel.scrollTop = 0;
    return undefined;
  };

  // Draws; "ground" is painted below, "paint" draws anew what has changed, "tell" fills the panel, "fit" finds the size.
  const begin = ({ plotted, lines, options, ground, paint, tell, fit }) => {
    const network = new vis.Network(stage, { nodes: plotted, edges: lines }, {
      physics: false,
      layout: { improvedLayout: false },
      interaction: { hover: true, zoomView: false, dragNodes: false, dragView: false, selectConnectedEdges: false, hoverConnectedEdges: false, keyboard: false },
      ...options,
    });
    network.on("beforeDrawing", (context) => {
      context.save();
      context.textBaseline = "alphabetic";
      context.textAlign = "left";
      ground(context);
      context.restore();
    });
    for (const part of stage.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex"); // keys use the table, not the picture
    const point = (id) => {
      state.hovered = id;
      stage.classList.toggle("pointing", Boolean(id));
      paint();
    };
    const follow = () => {
      const id = decodeURIComponent((/^#node=(.+)$/.exec(location.hash) || [])[1] || "");
      state.chosen = nodes.has(id) ? id : null;
      state.hovered = null;
      tell();
      paint();
    };
    const recolour = () => {
      mix();
      paint();
      network.redraw();
    };
    network.on("click", ({ nodes: [id] }) => go(id));
    network.on("hoverNode", ({ node }) => point(node));
    network.on("blurNode", () => point(null));
    addEventListener("hashchange", follow);
    addEventListener("resize", () => fit(network));
    addEventListener("themechange", recolour);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
    fit(network);
    follow();
    return network;
  };
  mix();
  return { state, focus, nodes, ties, stage, make, linked, go, present, begin };
};
