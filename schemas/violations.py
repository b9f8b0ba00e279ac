"""The violations that the law names; every verdict carries one or more of them."""

from enum import StrEnum


class Violation(StrEnum):
    """Legal category of a suspected violation. The value is the code that leaves the system.

    Sources: Product Quality Law (产品质量法, 2018) articles 5, 27, 30-32, 37, 39; Trademark Law (商标法) article 57.
    """

    ADULTERATION = "adulteration"
    FAKE_AS_GENUINE = "fake-as-genuine"
    INFERIOR_AS_SUPERIOR = "inferior-as-superior"
    FAILED_AS_QUALIFIED = "failed-as-qualified"
    FORGED_ORIGIN = "forged-origin"
    FORGED_FACTORY = "forged-factory"
    NO_PRODUCER_DATE_CERTIFICATE = "no-producer-date-certificate"
    INTELLECTUAL_PROPERTY = "intellectual-property"


CHINESE_NAMES: dict[Violation, str] = {
    Violation.ADULTERATION: "掺杂掺假",
    Violation.FAKE_AS_GENUINE: "以假充真",
    Violation.INFERIOR_AS_SUPERIOR: "以次充好",
    Violation.FAILED_AS_QUALIFIED: "以不合格商品冒充合格商品",
    Violation.FORGED_ORIGIN: "伪造产地",
    Violation.FORGED_FACTORY: "伪造或冒用厂名厂址",
    Violation.NO_PRODUCER_DATE_CERTIFICATE: "三无产品",
    Violation.INTELLECTUAL_PROPERTY: "侵犯知识产权",
}
