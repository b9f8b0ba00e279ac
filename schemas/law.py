"""The articles behind the violations and the actions, each with how far its text was checked.

A citation that was not read in the full text says so wherever it is printed: an action that names an article must not
claim more than was looked up.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from schemas.enforcement import Rung
from schemas.violations import Violation


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """Articles of one law."""

    law: str
    articles: str
    """Article numbers, as `5, 32, 39`; empty where the whole is meant."""
    english: str
    read: bool = True
    """Whether the articles were read in the full text; False: taken from memory, check before it is relied on."""
    note: str = ""
    """What the reader must know, as that the text has been replaced."""

    @property
    def text(self) -> str:
        """One line: 产品质量法 第5、32、39条."""
        articles = f" 第{self.articles.replace(', ', '、')}条" if self.articles else ""
        note = self.note if self.read else "条文未核对"
        return f"{self.law}{articles}({note})" if note else f"{self.law}{articles}"


def _quality(articles: str) -> Citation:
    return Citation(law="产品质量法", articles=articles, english="Product Quality Law")


_TRADEMARK = Citation(law="商标法", articles="57, 60, 61, 67", english="Trademark Law")
_STREAMING = "网络直播营销管理办法"
_STREAMING_ENGLISH = "Measures for Live-Stream Marketing"
_ECOMMERCE = "电子商务法"

CATEGORY_LAW: Mapping[Violation, tuple[Citation, ...]] = MappingProxyType(
    {
        Violation.ADULTERATION: (
            _quality("5, 32, 39, 50"),
            Citation(law="刑法", articles="140", english="Criminal Law (sales from 50,000 yuan)"),
        ),
        Violation.FAKE_AS_GENUINE: (
            _quality("5, 32, 39, 50"),
            Citation(
                law="消费者权益保护法", articles="55, 56", english="Consumer Rights Law (threefold, at least 500)"
            ),
            Citation(
                law="侵害消费者权益行为处罚办法",
                articles="5",
                english="Penalties for Infringing Consumer Rights (item 7)",
            ),
        ),
        Violation.INFERIOR_AS_SUPERIOR: (
            _quality("5, 32, 39, 50"),
            Citation(law="法释〔2001〕10号", articles="1", english="Interpretation 2001/10 (what it means)"),
        ),
        Violation.FAILED_AS_QUALIFIED: (_quality("32, 39, 50"),),
        Violation.FORGED_ORIGIN: (_quality("5, 30, 37, 53"),),
        Violation.FORGED_FACTORY: (_quality("5, 30, 37, 53"),),
        Violation.FORGED_QUALITY_MARK: (_quality("5, 31, 38, 53"),),
        Violation.NO_PRODUCER_DATE_CERTIFICATE: (_quality("27, 36, 54"),),
        Violation.INTELLECTUAL_PROPERTY: (
            _TRADEMARK,
            Citation(law="刑法", articles="213, 214, 215", english="Criminal Law"),
        ),
        Violation.MARK_COVERED_KNOWING: (
            Citation(
                law="法释〔2004〕19号",
                articles="9",
                english="Interpretation 2004/19",
                note="2025年4月26日起由法释〔2025〕5号取代",
            ),
        ),
        Violation.PRICE_FAR_BELOW_KNOWING: (
            Citation(law="法释〔2025〕5号", articles="5", english="Interpretation 2025/5", read=False),
        ),
        Violation.LINK_GOODS_MISMATCH: (
            Citation(
                law="浙江省电子商务条例", articles="18, 30", english="Zhejiang E-Commerce Regulations", note="浙江省内"
            ),
        ),
        Violation.MISLEADING_PRICE: (
            Citation(law="明码标价和禁止价格欺诈规定", articles="16, 19, 20", english="Rules against Price Fraud"),
        ),
        Violation.OFF_PLATFORM_PAY: (
            Citation(law="最高法网络消费规定(一)", articles="5", english="Supreme Court on Online Consumption (1)"),
            Citation(law=_STREAMING, articles="10", english=_STREAMING_ENGLISH),
        ),
    }
)
"""What each violation breaks."""

ROOM_ACTION_LAW: Mapping[Rung, tuple[Citation, ...]] = MappingProxyType(
    {
        Rung.OBSERVE: (
            Citation(law=_STREAMING, articles="14", english=_STREAMING_ENGLISH),
            Citation(law="直播电商监督管理办法", articles="11", english="Measures for Supervising Live Commerce"),
        ),
        Rung.WARN: (
            Citation(law=_STREAMING, articles="10, 14", english=_STREAMING_ENGLISH),
            Citation(law=_ECOMMERCE, articles="36", english="E-Commerce Law"),
        ),
        Rung.WARN_VIEWERS: (Citation(law=_STREAMING, articles="10", english=_STREAMING_ENGLISH),),
        Rung.LIMIT_TRAFFIC: (Citation(law=_STREAMING, articles="10", english=_STREAMING_ENGLISH),),
        Rung.REMOVE_LINK: (Citation(law=_ECOMMERCE, articles="42, 45", english="E-Commerce Law"),),
        Rung.REVIEW: (Citation(law=_STREAMING, articles="14", english=_STREAMING_ENGLISH),),
        Rung.CUT: (Citation(law=_STREAMING, articles="10, 14", english=_STREAMING_ENGLISH),),
    }
)
"""What allows a platform to act on a room; of an account's actions `pipelines.cases` knows the law."""
