"""The prefixes of the knowledge base and the way between IRIs and their compact form."""

from __future__ import annotations

BASE = "https://iatros.example/"
PREFIXES: dict[str, str] = {
    "a": BASE + "activity/",
    "c": BASE + "condition/",
    "d": BASE + "drug/",
    "dc": BASE + "drugclass/",
    "f": BASE + "finding/",
    "k": BASE + "knowledge/",
    "l": BASE + "lifestyle/",
    "m": BASE + "dish/",
    "q": BASE + "quantity/",
    "s": BASE + "source/",
    "t": BASE + "test/",
    "tr": BASE + "treatment/",
    "v": BASE + "schema#",
    "x": BASE + "thing/",
    "dct": "http://purl.org/dc/terms/",
    "doid": "http://purl.obolibrary.org/obo/DOID_",
    "hp": "http://purl.obolibrary.org/obo/HP_",
    "mondo": "http://purl.obolibrary.org/obo/MONDO_",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "symp": "http://purl.obolibrary.org/obo/SYMP_",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PREFIX_OF = {base: prefix for prefix, base in PREFIXES.items()}
_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def compact(iri: str) -> str:
    """Shorten an IRI; an unknown one comes back as it is.

    >>> compact("https://iatros.example/finding/cough")
    'f:cough'
    """
    split = max(iri.rfind("/"), iri.rfind("#")) + 1
    known = _PREFIX_OF.get(iri[:split])
    if known is not None:  # nearly every IRI: its local name holds no slash
        return f"{known}:{iri[split:]}"
    for prefix, base in _LONGEST_FIRST:
        if iri.startswith(base):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def expand(curie: str) -> str:
    """Lengthen a compact IRI. Raises KeyError for a prefix that nobody declared.

    >>> expand("f:cough")
    'https://iatros.example/finding/cough'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local
