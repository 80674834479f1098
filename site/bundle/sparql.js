// What the query page needs of others beside the store: the SPARQL editor. One classic script, which also runs from a file.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";

window.evidenceSparql = { Yasqe };
