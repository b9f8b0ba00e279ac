"""What the words around a hit do to it: deny it, ask about it, or tie it to goods.

Generic cues, not sentences. Positions are those of the original text: `loosen` changes characters one for one.
"""

import re
from typing import Literal

Stance = Literal["plain", "denied", "asked"]
"""plain: said of the goods at hand. denied: negated, warned of, taught about, or said of others. asked: a question."""

BEFORE_CHARS = 18
AFTER_CHARS = 14
"""How far a cue reaches; longer reach denied hits of other sentences in the calibration text."""

GOODS_CHARS = 8

SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def _any_of(words: str) -> str:
    """Regular expression of words parted by white space."""
    return "(?:" + "|".join(words.split()) + ")"


_DENIALS = _any_of(r"""
    不卖 不做 不碰 不搞 不存在 不可能 不会有 不会是 不会卖 不支持 不允许 不欢迎 不接受 不出售 不售 从不 从来不
    从来没 绝不 绝没 绝无 决不 没卖 没做 并非 而非 不算 哪有 哪来的 怎么可能 怎么会 怎会 何来 谁还卖 零容忍 杜绝
    拒绝 抵制 打击 严打 打假 反对 远离 告别 警惕 谨防 提防 当心 小心 防止 防范 避免 严禁 禁止 禁售 严查 查处 查获
    举报 曝光 揭穿 揭秘 维权 投诉 起诉 整治 封杀 识别 辨别 鉴别 分辨 区分 区别 辨认 甄别 认准 教你 教大家 科普
    什么是 什么叫 所谓 谁说 谁敢说 不知道 不清楚 不确定 希望 好像 担心 害怕 怕是 怕买 怕收 生怕 有人说 有人问 老有人
    总有人 还有人 问我 问是不 说我 说是 质疑 怀疑 黑粉 造谣 诬 碰瓷 不要买 不要信 不要被 避坑 避雷 骗子 骗人 被骗
    坑人 被抓 判刑 犯罪 犯法 违法 警方 警察 市场监管 黑心 无良 奸商
""")

_OTHERS = _any_of(r"""
    别人 别家 人家 他们 她们 市面 市场上 网上 外面 外边 (?:有些|有的|很多|好多)(?:人|家|店|主播|商家|直播间|地方)
    某些 某宝 某东 某多 同行 其他 隔壁 买到 买过 遇到 碰到 收到过 被坑
""")

_OF_OTHERS = rf"{_OTHERS}(?=[^，。,]{{0,8}}$)"
_NOT = r"(?:(?<!是)不是|并不|不要)(?=[^，。,]{0,6}$)"
_NO = r"(?:(?<!有)没有?|无(?!差)|非(?!常)|(?<![特级类区])别(?![人家墅]))(?=[^，。,]{0,3}$)"
_IF = r"(?:如果|要是|假如|万一|倘若|若是|但凡|凡是|一旦|觉得|只要)"
DENIED_BEFORE = re.compile(f"{_DENIALS}|{_OF_OTHERS}|{_NOT}|{_NO}")
SUPPOSED_BEFORE = re.compile(f"{_DENIALS}|{_OF_OTHERS}|{_NOT}|{_NO}|{_IF}")
"""For admissions: 如果不是正品 is a promise, 如果喜欢原单 is an offer."""

_TURNS = _any_of(r"""
    但 可是 不过 而是 就是 只是 才是 都是 全是 这是 也是 我们是 咱是 只卖 只做 专做 专卖 只有 我们家 咱们家 我这
    咱这 今天 [\s,，]是 不出来 不了 不清
""")

TURN = re.compile(_TURNS)
"""After one of these the denial before it no longer holds: 不是高仿，是一比一; 分辨不出来的高仿."""

_BETWEEN = r"^.{0,4}?(?:一律|一概|概|统统|通通|坚决|绝对|从来|我们|我|咱们|咱|这种|这些|那种|都|也|可|是)*"
_DENIALS_AFTER = _any_of(r"""
    不卖 不收 不做 不碰 不搞 不存在 不可能 没有的 没有卖 没卖 勿扰 勿来 别来 免谈 退散 绕道 滚 违法 犯法 犯罪 可耻
    害人 害死 去死 坐牢 判刑 被抓 被查 被罚 罚款 举报 必究 假一 泛滥 横行 猖獗 太多 鉴别 辨别 怎么看 怎么分 怎么辨
    怎么鉴 的特征 不是诚信 (?<!没)(?<!没有)(?<!无)(?:区别|差别)
""")

_PROMISES = _any_of(r"""
    包退 包赔 退一 赔 罚 随便退 直接退 无条件退 来找我 你找我 找我 拿来退 立刻退 可以退 的话 你拿 您拿
""")

DENIED_AFTER = re.compile(_BETWEEN + _DENIALS_AFTER)
PROMISED_AFTER = re.compile(f"{_BETWEEN}(?:{_DENIALS_AFTER}|{_PROMISES})")
"""For admissions: 不是正品包退 is a promise."""

ASKED_AFTER = re.compile(r"^.{0,6}?(?:吗|吧|么(?![^?？]{2})|呢|嘛|？|\?|啥|不是)")
_ASKS = (
    r"(?:是不是|会不会|不会是|该不会|有没有|怎么|为什么|为啥|难道|感觉|怀疑|好像|看着像|像是|估计|肯定是|一看就|绝对是)"
)
ASKED_BEFORE = re.compile(rf"{_ASKS}[^，。,]{{0,6}}$")

QUESTION_BEFORE = re.compile(r"(?:是不是|算不算|到底是|是否)[^，。,]{0,4}$")

_WANTS = _any_of(r"""
    求 想要 我要 要个 要一 来个 来一 给我 帮我 有没有 还有 出不出 多少钱 怎么买 怎么拍 链接 几号 私我 拿货
""")

WANTED = re.compile(_WANTS)

_GOODS = _any_of(r"""
    包 鞋 表 衣 裤 裙 帽 围巾 皮带 腰带 香水 口红 首饰 手链 项链 耳机 手机 酒 烟 货 款 皮 五金 面料 做工 质量 品质
    工艺 版 专柜 正品 大牌 名牌 牌子 logo 工厂 厂 档口 发货 下单 拍 链接 姐妹 宝宝 家人 宝子 直播 渠道 外贸 出口
    顶级 顶配 正宗 开模 原版 原厂 价 块 元 米 多少钱 主播 老板 怎么买 只要 到手 带走 新款 这批 这款 这个 今天 今晚
    上车 福利 一手 拿货 现货 尺码 颜色 全套 包装 礼盒 小票
""")

GOODS = re.compile(_GOODS)

COPYING = re.compile(
    _any_of("""
    复 版 还原 开模 打版 专柜 正品 真品 原厂 原单 代工 大牌 高仿 做货 品质 质量 做工 细节 一模一样 分不出 看不出 的货
    (?<![面汤肉红豆奶])包(?![子装邮裹含]) 表
""")
)
"""Beside one of these a ratio is how well something is copied; 皮 and 布 alone are what it is made of."""

_LOOSE = {ord(a): b for a, b in zip("ＡＢＣ０１２３４５６７８９！？，；：", "ABC0123456789!?,;:", strict=True)}


def loosen(text: str) -> str:
    """Lower case and common punctuation, one character for one: offsets stay."""
    lowered = text.translate(_LOOSE).lower()
    return lowered if len(lowered) == len(text) else text.translate(_LOOSE)


def stance(text: str, start: int, end: int, *, admission: bool) -> Stance:
    """Say how the speaker means the span `text[start:end]`; `admission`: promises around it deny it too."""
    before = SENTENCE_END.split(text[max(0, start - BEFORE_CHARS) : start])[-1]
    after = SENTENCE_END.split(text[end : end + AFTER_CHARS])[0]
    denied_after = PROMISED_AFTER if admission else DENIED_AFTER
    if _denied_before(before, SUPPOSED_BEFORE if admission else DENIED_BEFORE) or denied_after.search(after):
        return "denied"
    if ASKED_AFTER.search(text[end : end + AFTER_CHARS]) or ASKED_BEFORE.search(before):
        return "asked"
    return "plain"


def _denied_before(before: str, cues: re.Pattern[str]) -> bool:
    found = list(cues.finditer(before))
    return bool(found) and not TURN.search(before, found[-1].end())


def put_in_question(text: str, start: int) -> bool:
    """True when the speaker takes up others' question: 有人问是不是高仿."""
    return QUESTION_BEFORE.search(text, max(0, start - BEFORE_CHARS), start) is not None


def wanted(text: str) -> bool:
    """True when the speaker asks to buy."""
    return WANTED.search(text) is not None


def beside(text: str, start: int, end: int, *, needs: str) -> bool:
    """True when what the term `needs` stands beside the span.

    For `goods`: goods, shop talk or a copula (都是原单, 原单的包); for `copy`: talk of copying.
    """
    before, after = text[max(0, start - GOODS_CHARS) : start], text[end : end + GOODS_CHARS]
    if needs == "copy":
        return bool(COPYING.search(before) or COPYING.search(after))
    return before.endswith(("是", "正", "纯", "的")) or bool(GOODS.search(before) or GOODS.search(after))
