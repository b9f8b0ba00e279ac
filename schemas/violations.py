"""The violations that the law names; every verdict carries one or more of them. Their articles are in `schemas.law`."""

from enum import StrEnum


class Violation(StrEnum):
    """Legal category of a suspected violation. The value is the code that leaves the system."""

    ADULTERATION = "adulteration"
    FAKE_AS_GENUINE = "fake-as-genuine"
    INFERIOR_AS_SUPERIOR = "inferior-as-superior"
    FAILED_AS_QUALIFIED = "failed-as-qualified"
    FORGED_ORIGIN = "forged-origin"
    FORGED_FACTORY = "forged-factory"
    FORGED_QUALITY_MARK = "forged-quality-mark"
    NO_PRODUCER_DATE_CERTIFICATE = "no-producer-date-certificate"
    INTELLECTUAL_PROPERTY = "intellectual-property"
    MARK_COVERED_KNOWING = "mark-covered-knowing"
    """The mark is covered, altered or swapped: the seller is taken to know."""
    PRICE_FAR_BELOW_KNOWING = "price-far-below-knowing"
    """Sold far below the market price without a reason: the seller is taken to know."""
    LINK_GOODS_MISMATCH = "link-goods-mismatch"
    MISLEADING_PRICE = "misleading-price"
    OFF_PLATFORM_PAY = "off-platform-pay"


CHINESE_NAMES: dict[Violation, str] = {
    Violation.ADULTERATION: "掺杂掺假",
    Violation.FAKE_AS_GENUINE: "以假充真",
    Violation.INFERIOR_AS_SUPERIOR: "以次充好",
    Violation.FAILED_AS_QUALIFIED: "以不合格商品冒充合格商品",
    Violation.FORGED_ORIGIN: "伪造产地",
    Violation.FORGED_FACTORY: "伪造或冒用厂名厂址",
    Violation.FORGED_QUALITY_MARK: "伪造或冒用认证标志等质量标志",
    Violation.NO_PRODUCER_DATE_CERTIFICATE: "三无产品",
    Violation.INTELLECTUAL_PROPERTY: "侵犯知识产权",
    Violation.MARK_COVERED_KNOWING: "涂改、调换或覆盖商标(明知)",
    Violation.PRICE_FAR_BELOW_KNOWING: "无正当理由明显低于市场价格(明知)",
    Violation.LINK_GOODS_MISMATCH: "直播内容与链接商品不符",
    Violation.MISLEADING_PRICE: "价格欺诈",
    Violation.OFF_PLATFORM_PAY: "引导平台外支付",
}
