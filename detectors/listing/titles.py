"""Titles that say what kind of goods a link is for and nothing else: 时尚百搭单肩包.

In the cases the link of a branded fake carries such a name (时尚透气跑鞋), because a title with the brand is checked.
Cheap goods without a brand are listed so too: by itself it says nothing.
"""

import re

from rapidfuzz import fuzz

GOODS = re.compile(
    r"(?:手提|单肩|斜挎|双肩|腋下|托特|水桶|链条|流浪|公文|钱|卡|腰|胸|背)?包包?|卡夹|(?:运动|休闲|跑步|板|帆布|小白|老爹|篮球|高跟|单|皮|跑)?鞋子?|(?:运动)?跑鞋"
    r"|靴子?|(?:石英|机械|男|女|腕|手)?手?表|腰带|皮带|围巾|丝巾|墨镜|眼镜|帽子?|(?:羽绒|棉|皮|冲锋|风)衣|羽绒服|外套|夹克|卫衣|手镯|手链|项链|戒指|耳环"
)
"""Kinds of goods that are faked most (own list, from the brands of `detectors/data/brands.csv`)."""

PLAIN_WORDS = re.compile(
    r"时尚|时髦|潮流|网红|爆款|热卖|热销|新款|新品|同款|经典|复古|简约|百搭|气质|优雅|高级感?|高端|轻奢|精致|休闲|商务|通勤|日常|户外|运动|学生|情侣|男女|女士|男士|女式"
    r"|男式|女款|男款|女生|男生|女|男|秋冬|春夏|春秋|夏季|冬季|春季|秋季|大容量|小众|小巧|迷你|大号|小号|中号|大码|宽松|修身|短款|长款|中长款|加厚|轻薄|轻便|透气|舒适|软底|厚底"
    r"|防滑|防水|耐磨|保暖|真皮|头层|牛皮|羊皮|皮革|皮质|帆布|尼龙|纯色|黑色|白色|棕色|红色|蓝色|绿色|粉色|灰色|米色|尺码|备注|多色|可选|均码|欧美|韩版|日系|法式|设计感?|质感"
    r"|显瘦|洋气|包邮|现货|特价|福利|秒杀|专拍|链接|号|的|款|色|[\d\s\W_]"
)
"""Words that any maker's goods carry (own list)."""

SAME_GOODS_RATIO = 35.0
"""Of 100. Sellers re-word titles all the time (尺码备注): half of the characters stay. Below, the link is
taken to lead to other goods (own choice; unlike goods share a fifth)."""


def generic_goods(title: str) -> str:
    """The kind of goods when the title names nothing else; empty otherwise."""
    goods = GOODS.search(title)
    if goods is None or PLAIN_WORDS.sub("", GOODS.sub("", title)):
        return ""
    return goods.group()


def are_unlike(title: str, other: str) -> bool:
    """Whether two titles are of different goods; never where one is missing."""
    return bool(title and other) and fuzz.ratio(title, other) < SAME_GOODS_RATIO
