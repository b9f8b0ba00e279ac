"""Words around a number that tell a price, its role, or that it is none."""

import re

ANCHOR_WORDS = (
    r"专柜|柜上|柜里|官网|官方价|原价|市场价|吊牌|正价|专卖店|商场|门店|国内|国外|免税店|平时|外面|别人|别家|市面|公价|旗舰店|划线|日常价|之前|以前|上次"
    r"|不要|不用|不是|不卖|别再花|实体店|柜台|店里|店内|橱窗里?|人家|挂牌|正店|品牌店|柜姐|导购|恒隆|万象城|银泰|国金|太古里|德基|skp|里头标|代购|定价|标价|零售价|得物|天猫|京东|某东|某宝|真品|原来|市场上|正品"
)
OFFER_WORDS = (
    r"今儿|今天|今晚|现在|今日|到手|只要|只需|仅需|仅要|就要|直播间|我们|咱们?|咱家|券后|秒杀|活动|福利|特价|一口价|拍下|卖你|给你|给到|价格|优惠价|秒|开价|才|只卖|仅|直接"
    r"|不到|拿货|批发|工厂价|成本|亏本|价|卖|就|报价|要价|带走|一共|总共|售|全场|一律|通通|统统"
)
CUE = re.compile(rf"(?P<anchor>{ANCHOR_WORDS})|(?P<offer>{OFFER_WORDS})")
WEAK_OFFERS = frozenset({"价", "价格", "卖", "就", "才", "售", "直接", "一共", "总共"})
"""Words that go with either role: 专柜价, 专柜就卖."""

OFFER_AGAIN = re.compile(
    r"(?:是|[我咱](?:们|家)?(?:这|这儿|这边|这里)?|你(?:们|家)?这|你们?家|本店)(?:才|只要?|就|问你要|要|给你?|收你?)?$"
)
"""Behind these a second bare number is the offer: 商场两万八，我这五百二."""

_TAKE = (
    r"给你|给大家|卖你|归你|能拿|够了?吗|带走|拿走|到手|包邮|秒|上车|带回家|给到|搞定|拿下|出(?!头)|甩|起(?![来步床])"
)
OFFER_AFTER = re.compile(
    rf"^\s*(?:多|来)?(?:块|元|米|r)?(?:钱)?(?:就|都|直接|能|可以|全部|统统)?(?:{_TAKE})|^\s?的?价(?:格|钱)?(?![差保])"
)
EACH_AFTER = re.compile(r"^一[件个只双条瓶盒套台斤箱袋包支]")
"""39一件: what follows is one piece, so this is its price."""
EACH_BEFORE = re.compile(
    r"(?:^|[^第0-9零一二两三四五六七八九十百千万])(?:[一二两三四五六七八九十]|[0-9]{1,2})[件双条只瓶盒套包支箱台]\s?$"
)
"""一双一百二, 3双29.9: the price of so many pieces."""
BUNDLE_AFTER = re.compile(r"^(?:[一二两三四五六七八九十]|[0-9]{1,2})[件双条只瓶盒套包支]")
"""29.9三双."""
PROMOTION = re.compile(r"[拍买][一二两三四五1-9][发送][一二两三四五六1-9]")
"""拍一发三: how many pieces; a price may follow without a pause."""
APART_BEFORE = re.compile(r"(?:^|[，。！？,!?;；\s:])$")
APART_AFTER = re.compile(r"^(?:$|出头|左右|[，。！？,!?;；\s~～])")
BUNDLE_END = re.compile(r"^(?:$|[，。！？,!?;；\s~～]|包邮|到手|带走|拿走|秒)")
SPOKEN = re.compile(r"[百千万][一二三四五六七八九]$")
"""四百六, 两万八: the short form is used for money and, with a measure behind it, for weights and counts."""
BARE_CUE = re.compile(
    rf"(?:{OFFER_WORDS}|{ANCHOR_WORDS})(?:[家价卖了是要着才只也都就好大概差不多得地的买收们小近将快摆挂跟你里]|同款|里头|标|这边|这里|这儿|今天|排队|吊牌|[:：\s])*$"
)
DISCOUNT_BEFORE = re.compile(
    r"(?:减|优惠(?!价)|(?<!用)券(?!后)|返|省|便宜|红包|定金|订金|预付|首付|月付|邮费|运费|差价|满|补贴|押金|降|涨|赚|抵|罚|赔|充值|话费|尾款|差了?|贵|多花|多加|再加|加价|补"
    r"|(?<![百千万0-9不])多|每期|每月|分期|退)(?:了|的|您|你|个|到|去|掉|是|约|:)*$"
)
DISCOUNT_AFTER = re.compile(r"^(?:的|元|块|块钱)?(?:券|优惠|红包|定金|订金|运费|邮费|无门槛|补贴|积分|差价|话费|押金)")
MEASURE_BEFORE = re.compile(
    r"(?:身高|体重|个子|净重|第|满|库存|还有|剩|最后|粉丝|点赞|腰围|胸围|臀围|衣长|裤长|长|宽|高|厚|净含量|型号|款号|编号|电话|微信|年龄|今年|拍|发|买|共|号|码|群|倍|扣|排|限|约|至|:[0-9]+"
    r"|足金|每克|一克|链接|双|[点:]|尺码|均码|度数|货号|批号|房间|口令)$"
)
MEASURE_AFTER = re.compile(
    r"^(?:[个件只双条斤克号码度岁年月日天点分秒人次楼层级折期厘公毫寸支片箱盒瓶袋套张台位单倍代组排颗粒根枚卷匹名家款种样色尺升吨环束扇部辆本句遍届周季步线g%％.:：/*×xX\-]|小时|以上|公斤|千克|毫|平米|平方|ml|mm|cm|kg|mg|km|gb|[a-z]|不锈钢|纯银|银|足金)"
)
LENGTH_NEAR = re.compile(r"布|面料|距离|长|宽|高|远|跑|绳|线|卷|距离|深|水下|个子|楼|走|里|尺|外|处|内|游|米线")
PIECE_AFTER = re.compile(
    r"^(?:[，。！？,!?;；\s、~～]|$|钱|毛|的|就|一|都|多|起|以|拿|带|包邮|到手|秒|上|直|给|两|[0-9]|[零一二三四五六七八九])"
)
KIND_AFTER = re.compile(r"^(?:机|户|大牌|店|名|奢|级|内|以|表|包|的)")
"""千元机, 百元大牌: a class of goods, not what these cost."""
