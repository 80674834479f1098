"""A workspace with two invented papers and more findings than a person decides in one sitting."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from evidence.findings.tables import finding_id, write_findings
from evidence.model import Finding, passage_digest

CODEBOOK = """code,level,category,category_label,factor,definition
meso.hr.pay,meso,hr,Staffing,Pay,what people are paid and whether it is fair
meso.hr.training,meso,hr,Staffing,Training,what staff are taught before and on the job
micro.people.trust,micro,people,People,Trust,whether colleagues rely on one another
macro.rules.law,macro,rules,Rules,Law,what the law asks for or forbids
"""
FACTORS = ("meso.hr.pay", "meso.hr.training", "micro.people.trust", "macro.rules.law")
WORDS = ("low pay", "the training", "mutual trust 🙂", "the new law")
BIB = """@article{lee2020, author = {Lee, Ann}, title = {Pay in small teams}, year = {2020}, journal = {Journal of Teams}}
@article{ito2021, author = {Ito, Ken}, title = {Law in large teams}, year = {2021}, journal = {Journal of Teams}}
"""
CITED = "@article{roe1999, author = {Roe, Jo}, title = {An early count}, year = {1999}, journal = {Journal of Teams}}\n"


def paper_text(key: str, teams: int = 60) -> str:
    """An invented paper: one paragraph for four teams, a sentence for each."""
    lines = [f"# {key}", "", "## Results", ""]
    for first in range(0, teams, 4):
        sentences = [f"Team {n} of {key} said that {WORDS[n % 4]} slowed the change down (Roe, 1999)." for n in range(first, first + 4)]
        lines += [" ".join(sentences), ""]
    return "\n".join(lines)


def findings_in(key: str, text: str) -> list[Finding]:
    """A finding for each sentence of an invented paper."""
    found = []
    for n, match in enumerate(re.finditer(r"Team \d+ of .*?\(Roe, 1999\)\.", text)):
        start, end, factor = *match.span(), FACTORS[n % 4]
        digest = passage_digest(match[0])
        id_ = finding_id(key, start, end, factor, "barrier")
        statement = f"Something slowed team {n} down."
        found.append(
            Finding(id_, key, factor, "barrier", "present", "primary", statement, "Results", start, end, digest, ("roe1999",), coder="c")
        )
    return found


def make_workspace(root: Path) -> Path:
    """A workspace with its papers in ``papers/``."""
    texts = {key: paper_text(key) for key in ("lee2020", "ito2021")}
    (root / "papers").mkdir(parents=True)
    (root / "bib" / "citations").mkdir(parents=True)
    lines = ['title = "Small teams"', 'base = "https://example.org/teams/"', "[files]", 'codebook = "codebook.csv"']
    for key, text in texts.items():
        (root / "papers" / f"{key}.md").write_text(text, encoding="utf-8")
        lines += [f"[papers.{key}]", f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"']
        write_findings(root / "bib" / "findings" / f"{key}.csv", findings_in(key, text))
        cites = [f'{m.start()},{m.end()},parenthetical,"(Roe, 1999)",,roe1999,,' for m in re.finditer(r"\(Roe, 1999\)", text)]
        head = "start,end,kind,text,reference,work,candidates,note"
        (root / "bib" / "citations" / f"{key}.csv").write_text("\n".join([head, *cites]) + "\n", encoding="utf-8")
    (root / "evidence.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (root / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    (root / "bib" / "papers.bib").write_text(BIB, encoding="utf-8")
    (root / "bib" / "references.bib").write_text(CITED, encoding="utf-8")
    (root / ".gitattributes").write_text("bib/decisions/*.csv merge=union\n")
    return root
