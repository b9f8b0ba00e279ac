"""Which violations of the law a text names in so many words, beside the signal that was found in it.

A hint for the reader of a verdict and for its legal basis: it adds no weight, and it is only asked of a text that holds
an admission, a trade word or a complaint. The words are those of the law (Product Quality Law art. 5, 26 to 32) and
what buyers say for them; they are judged, not measured.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from schemas import Violation

_NOT = r"(?<!不是)(?<!绝非)(?<!不卖)(?<!拒绝)(?<!不会)(?<!绝不)"
"""Said of other goods or denied: 我们不是三无产品."""
_IS_FALSE = r"(?:都)?(?:是|写的是)?(?:假|伪造|冒用|乱写|查无)"
_FALSE = r"(?:伪造|冒用|假冒|虚假|冒充|假的?)(?:别人|他人|人家)?的?"

_WORDS: Mapping[Violation, tuple[str, ...]] = MappingProxyType({
    Violation.ADULTERATION: ("掺假", "掺杂", "掺了", "搀假", "兑水"),
    Violation.INFERIOR_AS_SUPERIOR: ("以次充好", "翻新当新", "(?:次品|瑕疵品?|二等品)当"),
    Violation.FAILED_AS_QUALIFIED: (
        "不合格(?:产品|商品)?(?:冒充|充当|当)合格", "(?:质检|检测|检验|抽检)(?:出来)?(?:是|为)?不合格",
    ),
    Violation.FORGED_ORIGIN: (_FALSE + "(?:原?产地|进口)", "产地" + _IS_FALSE),
    Violation.FORGED_FACTORY: (_FALSE + "(?:厂[名家址])", "厂[名家址](?:和?厂址)?" + _IS_FALSE),
    Violation.FORGED_QUALITY_MARK: (
        _FALSE + "(?:认证|质量|防伪|合格|3c)标[志识]?", "(?:认证标志|防伪标|防伪码|3c标|质量标志)" + _IS_FALSE,
    ),
    Violation.NO_PRODUCER_DATE_CERTIFICATE: ("三无", "(?:没有?|无)(?:厂名|厂址|合格证|生产日期|中文标[签识])"),
})  # fmt: skip
_PATTERNS = tuple((violation, re.compile(f"{_NOT}(?:{'|'.join(words)})")) for violation, words in _WORDS.items())


def violations_named(text: str) -> tuple[Violation, ...]:
    """Violations that a text names, in the order of the law's list."""
    lowered = text.lower()
    return tuple(violation for violation, pattern in _PATTERNS if pattern.search(lowered))
