"""./dev mutants [NAME ...]: plants each defect of planted/*.toml, or the named ones, and expects its tests to fail.

A name may be a pattern (`cards-*`). Exits with 1 if a defect makes no test fail or no longer applies. Exits with 2 if a
name is unknown, or if the tests fail even without a defect.
"""

import sys
from fnmatch import fnmatch

from tests.mutants.catalogue import Mutant, read_mutants
from tests.mutants.runner import Outcome, run_mutants


def main(names: list[str]) -> int:
    mutants = read_mutants()
    if unknown := [name for name in names if not any(fnmatch(mutant.name, name) for mutant in mutants)]:
        print(f"No such planted defect: {', '.join(unknown)}", file=sys.stderr)
        return 2
    chosen = [mutant for mutant in mutants if not names or any(fnmatch(mutant.name, name) for name in names)]
    try:
        outcomes = [report(outcome) for outcome in run_mutants(chosen)]
    except RuntimeError as problem:
        print(problem, file=sys.stderr)
        return 2
    return conclude(chosen, outcomes)


def report(outcome: Outcome) -> Outcome:
    verdict = "noticed" if outcome.noticed else "UNNOTICED"
    print(f"{verdict:<9}  {outcome.seconds:4.0f} s  {outcome.mutant:<40}  {outcome.remark}", flush=True)
    return outcome


def conclude(chosen: list[Mutant], outcomes: list[Outcome]) -> int:
    unnoticed = {outcome.mutant for outcome in outcomes if not outcome.noticed}
    print(f"\n{len(outcomes) - len(unnoticed)} planted defects noticed, {len(unnoticed)} not.")
    for mutant in chosen:
        if mutant.name in unnoticed:
            print(f"  {mutant.name}: {mutant.defect} ({mutant.path})")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
