"""How little it takes to turn an answer, searched for."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.attack import AttackOutcome

ATTACK = Kind(
    name="attack",
    record=AttackOutcome,
    stored="attack",
    shard_rows=8,
    frame="attacks",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "stand_ins": "s", "goal": "s", "label": "s", "status": "s",
        "before": "s", "after": "s", "queries": "i", "words_changed": "i", "words_total": "i", "words_left": "i",
        "similarity": "d", "grammar_change": "d", "valid": "b", "seconds": "d", "partial": "?",
    },
    index="audit.store.indexing:attack_columns",
    shows="audit.report.attacked:ATTACKED",
    missing="finding.missing.attack",
    probes={
        "textfooler": "audit.attack.synonym_recipes:TextFooler",
        "pwws": "audit.attack.synonym_recipes:Pwws",
        "deepwordbug": "audit.attack.character_recipes:DeepWordBug",
        "textbugger": "audit.attack.character_recipes:TextBugger",
        "pruthi": "audit.attack.character_recipes:Pruthi",
        "bad_characters": "audit.attack.bad_characters:BadCharacters",
        "input_reduction": "audit.attack.other_recipes:InputReduction",
        "hotflip": "audit.attack.other_recipes:HotFlip",
        "checklist": "audit.attack.other_recipes:CheckList",
        "a2t": "audit.attack.synonym_recipes:A2t",
        "kuleshov": "audit.attack.synonym_recipes:Kuleshov",
        "iga": "audit.attack.population_recipes:Iga",
        "genetic": "audit.attack.population_recipes:Genetic",
        "faster_genetic": "audit.attack.population_recipes:FasterGenetic",
        "pso": "audit.attack.population_recipes:Pso",
        "leap": "audit.attack.population_recipes:Leap",
        "bae": "audit.attack.masked_recipes:Bae",
        "bert_attack": "audit.attack.masked_recipes:BertAttack",
        "clare": "audit.attack.masked_recipes:Clare",
        "chinese": "audit.attack.character_recipes:Chinese",
    },
    families=(
        Part(2, "audit.score.robustness:robustness", reviewed=True),
        Part(5, "audit.score.overlap:overlaps"),
    ),
    tables=(Part(2, "audit.results.tables:ATTACKED"), Part(4, "audit.results.counts:ATTACKED")),
    facts={"recipes": "audit.report.attacked:recipes"},
    csv=(Part(2, "audit.report.csv_records:ATTACKS"),),
    chapters=(Part(1, "audit.report.chapters.robustness:ROBUSTNESS"),),
)  # fmt: skip
