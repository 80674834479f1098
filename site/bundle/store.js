// The store in a worker of its own, so that a heavy query never stops the page. The page makes the worker from this text, bundled, because
// a page opened from a file may start none from an address. Asked with { id, ... }, it answers { id, said } or { id, error }.
import start, { Store } from "oxigraph/web.js";

const tooLong = 100_000_000; // characters that a page can still show
const text = (bytes) => new TextDecoder().decode(bytes);
let store = null;

const answers = {
  load: async ({ wasm, graph }) => {
    await start({ module_or_path: wasm });
    store = new Store();
    store.load(text(graph), { format: "application/trig", no_transaction: true, lenient: true });
  },
  query: ({ query, format }) => {
    const said = store.query(query, { results_format: format, use_default_graph_as_union: true });
    if (said.length > tooLong) throw new Error("the answer is too large for a page; add a LIMIT");
    return said;
  },
};

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ id: data.id, said: await answers[data.kind](data) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error.message || error) });
  }
};
