"""Folds, evaluates and scores plain entries for another language: case in, result out.

`python -m tests.support.crosscheck < case.json`, the case being `{"entries", "authors", "day"?,
"sections_on"?, "score"?: [{"subject", "child"}]}` in the form of the vectors.
"""

import json
import sys

from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.ids import SubjectId
from fieldops.domain.indicators import parse_indicators
from fieldops.domain.rates import parse_rates
from fieldops.domain.scoring import score
from tests.support.checklists import evaluated, paper, plain, scored
from tests.support.entries import folded


def main() -> None:
    case = json.load(sys.stdin)
    checklist = parse_checklist(paper("checklists/victim-identification-visit.yaml"))
    indicators = parse_indicators(paper("indicators/ilo-ec-delphi-2009-labour.yaml"))
    rates = parse_rates(paper("rates/minimum_wage.yaml"))
    evaluation = evaluated(case, checklist, rates, case["authors"])
    scores = [
        scored(score(indicators, evaluation, SubjectId(one["subject"]), child=one["child"]))
        for one in case.get("score", ())
    ]
    told = {"fold": folded(evaluation.answers.known), "evaluation": plain(evaluation), "scores": scores}
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
