"""Prints the table of OWASP ASVS requirements. Each row has the ids and level of some requirements, the guarantee that
Loge gives, and the tests that prove the guarantee, or the reason why no test exists."""

from tests.asvs.table import TABLE


def main() -> None:
    proved = [line for line in TABLE if line.proofs]
    print(f"{len(proved)} of {len(TABLE)} lines of ASVS 5.0 are proved by tests; the others say why not.\n")
    for line in TABLE:
        print(f"{line.ids} (level {line.level})  {line.holds}")
        print("".join(f"    tests/{proof}\n" for proof in line.proofs) or f"    not proved: {line.otherwise}\n")


main()
