"""Maps letter codes of the national register of housing applications to Loge's codes."""

from allocations.models.application import MOST_ROOMS

# The national register's letter codes, as a public Python library for its web services listed them in 2017.
REGISTER_TIES = {"M": "spouse", "P": "spouse", "C": "spouse", "L": "co_applicant"}
# In the register's list of dependants, "P" is a parent and "A" any other person. Loge does not distinguish them.
REGISTER_DEPENDANTS = {"E": "child", "P": "dependant", "A": "dependant"}
REGISTER_CUSTODIES = {"G": "alternate", "D": "visit"}
# CDEFCM (centre for children, families or mothers) and SQUAT become general codes, which disclose less about people.
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
# Maps each type of dwelling that an applicant can ask for to its smallest and largest number of rooms.
REGISTER_ROOMS = {
    "C": (1, 1),
    "T1": (1, 1),
    "T2": (2, 2),
    "T3": (3, 3),
    "T4": (4, 4),
    "T5": (5, 5),
    "T6P": (6, MOST_ROOMS),
}
# Kinds of register files that cancel, delete or copy applications. The import refuses such files.
REGISTER_NO_APPLICATIONS = frozenset({"RAD", "SUP", "COP"})
