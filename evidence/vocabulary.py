"""The terms of the graph: own ones, explicit constants so that a typo fails, and the foreign ones that we use.

Own terms carry no prefix in their name (``FINDING``, ``ABOUT_FACTOR``; ``HAS_LEVEL`` is the property, ``LEVEL`` the class), foreign ones
do (``SKOS_NOTATION``). A test asserts that the own ones are exactly the terms of ``ontology/evidence.ttl``. Imports nothing of ours.
"""

from typing import Final

EA: Final = "https://w3id.org/evidence-atlas/ns#"
CODEBOOKS: Final = "https://w3id.org/evidence-atlas/codebooks/"
FRAMEWORKS: Final = "https://w3id.org/evidence-atlas/frameworks/"

PREFIXES: Final[dict[str, str]] = {
    "ea": EA,
    "fabio": "http://purl.org/spar/fabio/",
    "biro": "http://purl.org/spar/biro/",
    "c4o": "http://purl.org/spar/c4o/",
    "cito": "http://purl.org/spar/cito/",
    "deo": "http://purl.org/spar/deo/",
    "doco": "http://purl.org/spar/doco/",
    "frbr": "http://purl.org/vocab/frbr/core#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix -> namespace, for serialising and for queries typed by hand."""


# Publications and studies
PAPER: Final = EA + "Paper"
UNLISTED_WORK: Final = EA + "UnlistedWork"
STUDY: Final = EA + "Study"
REPORTED_IN: Final = EA + "reportedIn"
DESIGN: Final = EA + "design"
SETTING: Final = EA + "setting"
PARTICIPANTS: Final = EA + "participants"
READ_IN: Final = EA + "readIn"
CITATION_KEY: Final = EA + "citationKey"
AUTHOR_LIST: Final = EA + "authorList"
YEAR: Final = EA + "year"

# References and citations
POSITION: Final = EA + "position"
MATCH_SCORE: Final = EA + "matchScore"
MATCH_REASON: Final = EA + "matchReason"
RESOLVES_TO: Final = EA + "resolvesTo"
CANDIDATE: Final = EA + "candidate"
STATUS: Final = EA + "status"
KIND: Final = EA + "kind"

# Places and files
PAPER_TEXT: Final = EA + "PaperText"
SOURCE_GRAPH: Final = EA + "SourceGraph"
PLACE: Final = EA + "place"
SECTION: Final = EA + "section"
SHA256: Final = EA + "sha256"

# Codebooks
FACTOR: Final = EA + "Factor"
CATEGORY: Final = EA + "Category"
LEVEL: Final = EA + "Level"
HAS_LEVEL: Final = EA + "level"
RANK: Final = EA + "rank"
OPPOSITE_OF: Final = EA + "oppositeOf"

# Findings
FINDING: Final = EA + "Finding"
SUGGESTION: Final = EA + "Suggestion"
ABOUT_FACTOR: Final = EA + "aboutFactor"
EFFECT: Final = EA + "effect"
STATE: Final = EA + "state"
EVIDENCE_ROLE: Final = EA + "evidenceRole"
STRENGTH: Final = EA + "strength"
STATEMENT: Final = EA + "statement"
VIA_CITATION: Final = EA + "viaCitation"
RESTS_ON: Final = EA + "restsOn"
PHASE: Final = EA + "phase"
INFORMANT: Final = EA + "informant"

# Influences
INFLUENCE: Final = EA + "Influence"
FROM_FACTOR: Final = EA + "fromFactor"
TO_FACTOR: Final = EA + "toFactor"
SIGN: Final = EA + "sign"
REPORTED_BY: Final = EA + "reportedBy"

# Review
REVIEW_DECISION: Final = EA + "ReviewDecision"
VERDICT: Final = EA + "verdict"
REASON: Final = EA + "reason"
FINDING_VERSION: Final = EA + "findingVersion"

# Problems
PROBLEM: Final = EA + "Problem"
STAGE: Final = EA + "stage"
FILE: Final = EA + "file"
LINE: Final = EA + "line"
MESSAGE: Final = EA + "message"
SEVERITY: Final = EA + "severity"

# Words used in our files
EFFECT_SCHEME: Final = EA + "EffectScheme"
BARRIER: Final = EA + "Barrier"
FACILITATOR: Final = EA + "Facilitator"
MIXED: Final = EA + "Mixed"
NO_EFFECT: Final = EA + "NoEffect"
STATE_SCHEME: Final = EA + "StateScheme"
PRESENT: Final = EA + "Present"
LACKING: Final = EA + "Lacking"
ROLE_SCHEME: Final = EA + "RoleScheme"
PRIMARY_RESULT: Final = EA + "PrimaryResult"
CITED_THROUGH: Final = EA + "CitedThrough"
REVIEW_SYNTHESIS: Final = EA + "ReviewSynthesis"
AUTHOR_OPINION: Final = EA + "AuthorOpinion"
SIGN_SCHEME: Final = EA + "SignScheme"
INCREASES: Final = EA + "Increases"
DECREASES: Final = EA + "Decreases"
CONDITIONAL: Final = EA + "Conditional"
STATUS_SCHEME: Final = EA + "StatusScheme"
RESOLVED: Final = EA + "Resolved"
AMBIGUOUS: Final = EA + "Ambiguous"
UNRESOLVED: Final = EA + "Unresolved"
VERDICT_SCHEME: Final = EA + "VerdictScheme"
ACCEPT: Final = EA + "Accept"
REJECT: Final = EA + "Reject"
REVISE: Final = EA + "Revise"
UNSURE: Final = EA + "Unsure"

EFFECT_TERMS: Final[dict[str, str]] = {"barrier": BARRIER, "facilitator": FACILITATOR, "mixed": MIXED, "none": NO_EFFECT}
STATE_TERMS: Final[dict[str, str]] = {"present": PRESENT, "lacking": LACKING}
ROLE_TERMS: Final[dict[str, str]] = {
    "primary": PRIMARY_RESULT,
    "cited": CITED_THROUGH,
    "synthesis": REVIEW_SYNTHESIS,
    "opinion": AUTHOR_OPINION,
}
SIGN_TERMS: Final[dict[str, str]] = {"increases": INCREASES, "decreases": DECREASES, "conditional": CONDITIONAL}
STATUS_TERMS: Final[dict[str, str]] = {"resolved": RESOLVED, "ambiguous": AMBIGUOUS, "unresolved": UNRESOLVED}
VERDICT_TERMS: Final[dict[str, str]] = {"accept": ACCEPT, "reject": REJECT, "revise": REVISE, "unsure": UNSURE}
"""The six tables above: word in our files (the concept's ``skos:notation``) -> IRI. An empty word has no triple."""

# Foreign terms
RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

RDFS_LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
RDFS_COMMENT: Final = "http://www.w3.org/2000/01/rdf-schema#comment"
RDFS_SEE_ALSO: Final = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
RDFS_IS_DEFINED_BY: Final = "http://www.w3.org/2000/01/rdf-schema#isDefinedBy"

OWL_VERSION_INFO: Final = "http://www.w3.org/2002/07/owl#versionInfo"

SKOS_CONCEPT: Final = "http://www.w3.org/2004/02/skos/core#Concept"
SKOS_CONCEPT_SCHEME: Final = "http://www.w3.org/2004/02/skos/core#ConceptScheme"
SKOS_PREF_LABEL: Final = "http://www.w3.org/2004/02/skos/core#prefLabel"
SKOS_ALT_LABEL: Final = "http://www.w3.org/2004/02/skos/core#altLabel"
SKOS_HIDDEN_LABEL: Final = "http://www.w3.org/2004/02/skos/core#hiddenLabel"
SKOS_DEFINITION: Final = "http://www.w3.org/2004/02/skos/core#definition"
SKOS_NOTATION: Final = "http://www.w3.org/2004/02/skos/core#notation"
SKOS_NOTE: Final = "http://www.w3.org/2004/02/skos/core#note"
SKOS_SCOPE_NOTE: Final = "http://www.w3.org/2004/02/skos/core#scopeNote"
SKOS_BROADER: Final = "http://www.w3.org/2004/02/skos/core#broader"
SKOS_NARROWER: Final = "http://www.w3.org/2004/02/skos/core#narrower"
SKOS_IN_SCHEME: Final = "http://www.w3.org/2004/02/skos/core#inScheme"
SKOS_TOP_CONCEPT_OF: Final = "http://www.w3.org/2004/02/skos/core#topConceptOf"
SKOS_EXACT_MATCH: Final = "http://www.w3.org/2004/02/skos/core#exactMatch"
SKOS_CLOSE_MATCH: Final = "http://www.w3.org/2004/02/skos/core#closeMatch"
SKOS_BROAD_MATCH: Final = "http://www.w3.org/2004/02/skos/core#broadMatch"
SKOS_NARROW_MATCH: Final = "http://www.w3.org/2004/02/skos/core#narrowMatch"
SKOS_RELATED_MATCH: Final = "http://www.w3.org/2004/02/skos/core#relatedMatch"

DCTERMS_TITLE: Final = "http://purl.org/dc/terms/title"
DCTERMS_IDENTIFIER: Final = "http://purl.org/dc/terms/identifier"
DCTERMS_DESCRIPTION: Final = "http://purl.org/dc/terms/description"
DCTERMS_ISSUED: Final = "http://purl.org/dc/terms/issued"
DCTERMS_BIBLIOGRAPHIC_CITATION: Final = "http://purl.org/dc/terms/bibliographicCitation"
DCTERMS_SPATIAL: Final = "http://purl.org/dc/terms/spatial"
DCTERMS_SOURCE: Final = "http://purl.org/dc/terms/source"
DCTERMS_IS_PART_OF: Final = "http://purl.org/dc/terms/isPartOf"
DCTERMS_LICENSE: Final = "http://purl.org/dc/terms/license"

DC_CREATOR: Final = "http://purl.org/dc/elements/1.1/creator"
DC_PUBLISHER: Final = "http://purl.org/dc/elements/1.1/publisher"

PRISM_PUBLICATION_NAME: Final = "http://prismstandard.org/namespaces/basic/2.0/publicationName"
PRISM_VOLUME: Final = "http://prismstandard.org/namespaces/basic/2.0/volume"
PRISM_NUMBER: Final = "http://prismstandard.org/namespaces/basic/2.0/number"
PRISM_PAGE_RANGE: Final = "http://prismstandard.org/namespaces/basic/2.0/pageRange"
PRISM_DOI: Final = "http://prismstandard.org/namespaces/basic/2.0/doi"

PROV_AGENT: Final = "http://www.w3.org/ns/prov#Agent"
PROV_WAS_QUOTED_FROM: Final = "http://www.w3.org/ns/prov#wasQuotedFrom"
PROV_HAD_PRIMARY_SOURCE: Final = "http://www.w3.org/ns/prov#hadPrimarySource"
PROV_WAS_ATTRIBUTED_TO: Final = "http://www.w3.org/ns/prov#wasAttributedTo"
PROV_GENERATED_AT_TIME: Final = "http://www.w3.org/ns/prov#generatedAtTime"
PROV_USED: Final = "http://www.w3.org/ns/prov#used"
PROV_WAS_ASSOCIATED_WITH: Final = "http://www.w3.org/ns/prov#wasAssociatedWith"
PROV_ENDED_AT_TIME: Final = "http://www.w3.org/ns/prov#endedAtTime"

FABIO_EXPRESSION: Final = "http://purl.org/spar/fabio/Expression"
FABIO_JOURNAL_ARTICLE: Final = "http://purl.org/spar/fabio/JournalArticle"
FABIO_BOOK: Final = "http://purl.org/spar/fabio/Book"
FABIO_BOOK_CHAPTER: Final = "http://purl.org/spar/fabio/BookChapter"
FABIO_THESIS: Final = "http://purl.org/spar/fabio/Thesis"
FABIO_REPORT_DOCUMENT: Final = "http://purl.org/spar/fabio/ReportDocument"
FABIO_CONFERENCE_PAPER: Final = "http://purl.org/spar/fabio/ConferencePaper"
FABIO_WEB_PAGE: Final = "http://purl.org/spar/fabio/WebPage"
FABIO_PREPRINT: Final = "http://purl.org/spar/fabio/Preprint"
FABIO_NEWSPAPER_ARTICLE: Final = "http://purl.org/spar/fabio/NewspaperArticle"
FABIO_MAGAZINE_ARTICLE: Final = "http://purl.org/spar/fabio/MagazineArticle"

BIRO_REFERENCE_LIST: Final = "http://purl.org/spar/biro/ReferenceList"
BIRO_BIBLIOGRAPHIC_REFERENCE: Final = "http://purl.org/spar/biro/BibliographicReference"
BIRO_REFERENCES: Final = "http://purl.org/spar/biro/references"

C4O_IN_TEXT_REFERENCE_POINTER: Final = "http://purl.org/spar/c4o/InTextReferencePointer"
C4O_DENOTES: Final = "http://purl.org/spar/c4o/denotes"
C4O_HAS_CONTENT: Final = "http://purl.org/spar/c4o/hasContent"

CITO_CITES: Final = "http://purl.org/spar/cito/cites"

FRBR_PART_OF: Final = "http://purl.org/vocab/frbr/core#partOf"

OA_SPECIFIC_RESOURCE: Final = "http://www.w3.org/ns/oa#SpecificResource"
OA_TEXT_POSITION_SELECTOR: Final = "http://www.w3.org/ns/oa#TextPositionSelector"
OA_HAS_SOURCE: Final = "http://www.w3.org/ns/oa#hasSource"
OA_HAS_SELECTOR: Final = "http://www.w3.org/ns/oa#hasSelector"
OA_START: Final = "http://www.w3.org/ns/oa#start"
OA_END: Final = "http://www.w3.org/ns/oa#end"

VOID_DATASET: Final = "http://rdfs.org/ns/void#Dataset"
VOID_TRIPLES: Final = "http://rdfs.org/ns/void#triples"

DCAT_DATASET: Final = "http://www.w3.org/ns/dcat#Dataset"

XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
XSD_INTEGER: Final = "http://www.w3.org/2001/XMLSchema#integer"
XSD_NON_NEGATIVE_INTEGER: Final = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
XSD_DECIMAL: Final = "http://www.w3.org/2001/XMLSchema#decimal"
XSD_DATE: Final = "http://www.w3.org/2001/XMLSchema#date"
XSD_DATE_TIME: Final = "http://www.w3.org/2001/XMLSchema#dateTime"
XSD_G_YEAR: Final = "http://www.w3.org/2001/XMLSchema#gYear"

WORK_TYPES: Final[dict[str, str]] = {
    "article-journal": FABIO_JOURNAL_ARTICLE,
    "article-magazine": FABIO_MAGAZINE_ARTICLE,
    "article-newspaper": FABIO_NEWSPAPER_ARTICLE,
    "article": FABIO_PREPRINT,
    "book": FABIO_BOOK,
    "chapter": FABIO_BOOK_CHAPTER,
    "paper-conference": FABIO_CONFERENCE_PAPER,
    "report": FABIO_REPORT_DOCUMENT,
    "thesis": FABIO_THESIS,
    "webpage": FABIO_WEB_PAGE,
}
"""CSL-JSON ``type`` -> class of the work; a type that is not here is only a ``FABIO_EXPRESSION``."""
