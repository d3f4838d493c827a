"""What the national register's letter codes become in Loge."""

from allocations.models.application import MOST_ROOMS

# The register's letter codes, as the public Python library for the register's web services lists them (2017).
REGISTER_TIES = {"M": "spouse", "P": "spouse", "C": "spouse", "L": "co_applicant"}
# "P" is a parent and "A" anybody else. Both are in the list of dependants, so both are dependants.
REGISTER_DEPENDANTS = {"E": "child", "P": "dependant", "A": "dependant"}
REGISTER_CUSTODIES = {"G": "alternate", "D": "visit"}
# The codes CDEFCM (centre for children, families or mothers) and SQUAT become a code that says less about the people.
REGISTER_HOUSING = {
    "HLM": "social_tenant",
    "LP": "private_tenant",
    "RS": "transitional",
    "RHVS": "transitional",
    "RE": "other",
    "SLHT": "transitional",
    "SH": "transitional",
    "CDEFCM": "transitional",
    "CPE": "hosted",
    "CP": "hosted",
    "LTG": "hosted",
    "FONC": "staff_housing",
    "POCC": "owner",
    "CAMCAR": "none",
    "HOT": "hotel",
    "SD": "none",
    "SQUAT": "none",
}
# Wanted types of dwellings: the smallest and the largest number of rooms.
REGISTER_ROOMS = {
    "C": (1, 1),
    "T1": (1, 1),
    "T2": (2, 2),
    "T3": (3, 3),
    "T4": (4, 4),
    "T5": (5, 5),
    "T6P": (6, MOST_ROOMS),
}
# Files that cancel, delete or copy applications: none of their applications is to be recorded.
REGISTER_NO_APPLICATIONS = frozenset({"RAD", "SUP", "COP"})
