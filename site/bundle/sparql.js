// What the query page needs of others: the SPARQL editor and the store. The bundle is one classic script, which also runs from a file.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import start, { Store } from "oxigraph/web.js";

window.evidenceSparql = { Yasqe, Store, start };
