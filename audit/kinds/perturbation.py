"""Changes after which the answer should stay."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.perturbation import PerturbationOutcome

PERTURBATION = Kind(
    name="perturbation",
    record=PerturbationOutcome,
    stored="perturbation",
    shard_rows=32,
    frame="perturbations",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "before": "s", "confidence": "d",
        "variants": "i", "changed": "i", "flips": "i",
    },
    rows="audit.score.perturbation_rows:perturbation_rows",
    index="audit.store.indexing:perturbation_columns",
    shows="audit.report.attacked:PERTURBED",
    missing="finding.missing.perturbation",
    probes={
        "keyboard_typos": "audit.behave.characters:KeyboardTypos",
        "case": "audit.behave.surface:Case",
        "punctuation": "audit.behave.surface:Punctuation",
        "contractions": "audit.behave.rewording:Contractions",
        "neutral_insertions": "audit.behave.rewording:NeutralInsertions",
        "white_space": "audit.behave.surface:WhiteSpace",
        "homoglyphs": "audit.behave.characters:LookAlikes",
        "zero_width": "audit.behave.characters:ZeroWidth",
        "numbers": "audit.behave.rewording:Numbers",
        "synonyms": "audit.behave.rewording:Synonyms",
        "sentence_order": "audit.behave.additions:SentenceOrder",
        "emoji": "audit.behave.additions:Emoji",
        "addresses": "audit.behave.additions:Addresses",
        "spelling": "audit.behave.spelling:Spelling",
        "chinese_homophones": "audit.behave.chinese:ChineseHomophones",
        "chinese_look_alikes": "audit.behave.chinese:ChineseLookAlikes",
        "chinese_script": "audit.behave.chinese:ChineseScript",
        "full_width": "audit.behave.chinese:FullWidth",
        "chinese_numbers": "audit.behave.chinese:ChineseNumbers",
        "pinyin": "audit.behave.chinese:Pinyin",
        "chinese_spacing": "audit.behave.chinese:ChineseSpacing",
    },
    families=(Part(3, "audit.score.perturbation:perturbations"),),
    tables=(Part(5, "audit.results.counts:PERTURBED"),),
    facts={"perturbations": "audit.report.attacked:perturbations"},
    csv=(Part(3, "audit.report.csv_records:PERTURBATIONS"),),
    chapters=(Part(1, "audit.report.chapters.robustness:ROBUSTNESS"),),  # with the attacks
)  # fmt: skip
