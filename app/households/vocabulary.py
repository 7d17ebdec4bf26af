"""The words of the register, in the codes of the national standards.

Stored values are the standards' codes, so that a report to the county needs no translation; the
Chinese names are the standards' own names. The words village committees write for the same
relations are in `words.py`.
"""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    """GB/T 2261.1 性别."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return {"0": "未知", "1": "男", "2": "女", "9": "未说明"}[self.value]


class IdentityKind(StrEnum):
    """Which proof of identity a resident has; foreigners' papers are left for a later version."""

    RESIDENT_IDENTITY_NUMBER = "resident_identity_number"
    NONE_YET = "none_yet"


class MissingIdentityReason(StrEnum):
    """Why a resident has no identity number."""

    NEWBORN_NOT_REGISTERED = "newborn_not_registered"
    PENDING = "pending"
    OTHER = "other"


class ResidentStatus(StrEnum):
    """Where a resident is as far as the village knows; the first two are members of the village."""

    PRESENT = "present"
    AWAY = "away"
    """Works or studies elsewhere and belongs to the household as before."""
    MOVED_OUT = "moved_out"
    DECEASED = "deceased"

    @property
    def is_member(self) -> bool:
        """Whether such a resident counts as one of the household."""
        return self in MEMBER_STATUSES


MEMBER_STATUSES = frozenset({ResidentStatus.PRESENT, ResidentStatus.AWAY})


class Past(StrEnum):
    """Why a record of the register is history: found and shown, and counted nowhere."""

    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    DISSOLVED = "dissolved"

    @classmethod
    def of(cls, status: ResidentStatus) -> Past | None:
        """Why a resident of that status is history; None for a member."""
        return None if status.is_member else cls(status.value)


class RosterEventKind(StrEnum):
    """What can happen in the life of a household."""

    BORN = "born"
    DIED = "died"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    WENT_AWAY = "went_away"
    CAME_HOME = "came_home"
    HEAD_CHANGED = "head_changed"
    HOUSEHOLD_SPLIT = "household_split"
    HOUSEHOLD_MERGED = "household_merged"


class HouseholdTrace(StrEnum):
    """What a household leaves behind in the village's history."""

    VISIT = "visit"
    SERVICE = "service"
    HAZARD = "hazard"
    CASE = "case"
    INCIDENT = "incident"
    VOTE = "vote"
    LIFE_EVENT = "life_event"
    ATTACHMENT = "attachment"
    HANDOVER = "handover"


class LeftBehindKind(StrEnum):
    """GB/T 31000-2015, 5.15 留守人员类型."""

    ELDER = "01"
    WOMAN = "02"
    CHILD = "03"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return {"01": "留守老人", "02": "留守妇女", "03": "留守儿童"}[self.value]


class CareLevel(StrEnum):
    """GB/T 31000-2015, 5.46 关注程度: how much care somebody needs, never why."""

    HIGH = "01"
    MEDIUM = "02"
    LOW = "03"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return {"01": "高", "02": "中", "03": "低"}[self.value]


class Registration(StrEnum):
    """GB/T 31000-2015, 5.10 人户一致标识."""

    HERE = "01"
    ELSEWHERE = "02"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return {"01": "一致", "02": "不一致"}[self.value]


class MaritalStatus(StrEnum):
    """GB/T 2261.2-2003 婚姻状况代码.

    As unrelated public code lists agree on it; the printed standard was not at hand.
    """

    SINGLE = "10"
    MARRIED = "20"
    FIRST_MARRIAGE = "21"
    REMARRIED = "22"
    MARRIED_AGAIN = "23"
    """To the same partner as before."""
    WIDOWED = "30"
    DIVORCED = "40"
    NOT_STATED = "90"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return MARITAL_NAMES[self.value]


class PoliticalStatus(StrEnum):
    """GB/T 4762-1984 政治面貌代码.

    As unrelated public code lists agree on it; the printed standard was not at hand.
    """

    PARTY_MEMBER = "01"
    PROBATIONARY_MEMBER = "02"
    YOUTH_LEAGUE = "03"
    REVOLUTIONARY_COMMITTEE = "04"
    DEMOCRATIC_LEAGUE = "05"
    NATIONAL_CONSTRUCTION = "06"
    PROMOTING_DEMOCRACY = "07"
    PEASANTS_AND_WORKERS = "08"
    ZHI_GONG = "09"
    JIUSAN_SOCIETY = "10"
    TAIWAN_LEAGUE = "11"
    NO_PARTY = "12"
    MASSES = "13"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return POLITICAL_NAMES[self.value]


class Education(StrEnum):
    """GB/T 4658-2006 学历代码, first level.

    As the standard's own first page (10) and unrelated public code lists (all) have it.
    """

    POSTGRADUATE = "10"
    UNIVERSITY = "20"
    COLLEGE = "30"
    VOCATIONAL = "40"
    HIGH_SCHOOL = "60"
    MIDDLE_SCHOOL = "70"
    PRIMARY_SCHOOL = "80"
    OTHER = "90"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return EDUCATION_NAMES[self.value]


class MicroGridSize(StrEnum):
    """How a micro-grid's count of households compares with 15 to 20."""

    TOO_SMALL = "too_small"
    FITS = "fits"
    TOO_LARGE = "too_large"


class Relation(StrEnum):
    """GB/T 4761-2008 家庭关系: what a resident is to the head of the household.

    98 and 99 are left out: published lists disagree about them.
    """

    SELF = "01"
    HEAD = "02"
    SPOUSE = "10"
    HUSBAND = "11"
    WIFE = "12"
    SON = "20"
    ONLY_SON = "21"
    ELDEST_SON = "22"
    SECOND_SON = "23"
    THIRD_SON = "24"
    FOURTH_SON = "25"
    FIFTH_SON = "26"
    ADOPTED_OR_STEP_SON = "27"
    SON_IN_LAW = "28"
    OTHER_SON = "29"
    DAUGHTER = "30"
    ONLY_DAUGHTER = "31"
    ELDEST_DAUGHTER = "32"
    SECOND_DAUGHTER = "33"
    THIRD_DAUGHTER = "34"
    FOURTH_DAUGHTER = "35"
    FIFTH_DAUGHTER = "36"
    ADOPTED_OR_STEP_DAUGHTER = "37"
    DAUGHTER_IN_LAW = "38"
    OTHER_DAUGHTER = "39"
    GRANDCHILD = "40"
    GRANDSON = "41"
    GRANDDAUGHTER = "42"
    DAUGHTERS_SON = "43"
    DAUGHTERS_DAUGHTER = "44"
    GRANDSONS_WIFE = "45"
    GRANDDAUGHTERS_HUSBAND = "46"
    GREAT_GRANDSON = "47"
    GREAT_GRANDDAUGHTER = "48"
    OTHER_GRANDCHILD = "49"
    PARENT = "50"
    FATHER = "51"
    MOTHER = "52"
    HUSBANDS_FATHER = "53"
    HUSBANDS_MOTHER = "54"
    WIFES_FATHER = "55"
    WIFES_MOTHER = "56"
    STEP_OR_ADOPTIVE_FATHER = "57"
    STEP_OR_ADOPTIVE_MOTHER = "58"
    OTHER_PARENT = "59"
    GRANDPARENT = "60"
    FATHERS_FATHER = "61"
    FATHERS_MOTHER = "62"
    MOTHERS_FATHER = "63"
    MOTHERS_MOTHER = "64"
    SPOUSES_GRANDPARENT = "65"
    GREAT_GRANDFATHER = "66"
    GREAT_GRANDMOTHER = "67"
    SPOUSES_GREAT_GRANDPARENT = "68"
    OTHER_GRANDPARENT = "69"
    SIBLING = "70"
    ELDER_BROTHER = "71"
    ELDER_BROTHERS_WIFE = "72"
    YOUNGER_BROTHER = "73"
    YOUNGER_BROTHERS_WIFE = "74"
    ELDER_SISTER = "75"
    ELDER_SISTERS_HUSBAND = "76"
    YOUNGER_SISTER = "77"
    YOUNGER_SISTERS_HUSBAND = "78"
    OTHER_SIBLING = "79"
    OTHER = "80"
    FATHERS_ELDER_BROTHER = "81"
    FATHERS_ELDER_BROTHERS_WIFE = "82"
    FATHERS_YOUNGER_BROTHER = "83"
    FATHERS_YOUNGER_BROTHERS_WIFE = "84"
    MOTHERS_BROTHER = "85"
    MOTHERS_BROTHERS_WIFE = "86"
    MOTHERS_SISTERS_HUSBAND = "87"
    MOTHERS_SISTER = "88"
    FATHERS_SISTERS_HUSBAND = "89"
    FATHERS_SISTER = "90"
    PATERNAL_COUSIN = "91"
    OTHER_COUSIN = "92"
    BROTHERS_SON = "93"
    BROTHERS_DAUGHTER = "94"
    SISTERS_SON = "95"
    SISTERS_DAUGHTER = "96"
    OTHER_RELATIVE = "97"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return RELATION_NAMES[self]

    @property
    def is_head(self) -> bool:
        """Whether this is the head of the household."""
        return self in (Relation.SELF, Relation.HEAD)


def _named(names: str) -> dict[str, str]:
    pairs = (entry.split(maxsplit=1) for entry in names.split("|"))
    return {code: name.strip() for code, name in pairs}


_RELATIONS = _named(
    "01 本人|02 户主|10 配偶|11 夫|12 妻|"
    "20 子|21 独生子|22 长子|23 次子|24 三子|25 四子|26 五子|27 养子或继子|28 女婿|29 其他儿子|"
    "30 女|31 独生女|32 长女|33 次女|34 三女|35 四女|36 五女|37 养女或继女|38 儿媳|39 其他女儿|"
    "40 孙子、孙女或外孙子、外孙女|41 孙子|42 孙女|43 外孙子|44 外孙女|45 孙媳妇或外孙媳妇|"
    "46 孙女婿或外孙女婿|47 曾孙子或外曾孙子|48 曾孙女或外曾孙女|"
    "49 其他孙子、孙女或外孙子、外孙女|"
    "50 父母|51 父亲|52 母亲|53 公公|54 婆婆|55 岳父|56 岳母|57 继父或养父|58 继母或养母|"
    "59 其他父母关系|"
    "60 祖父母或外祖父母|61 祖父|62 祖母|63 外祖父|64 外祖母|65 配偶的祖父母或外祖父母|"
    "66 曾祖父|67 曾祖母|68 配偶的曾祖父母或外曾祖父母|69 其他祖父母或外祖父母关系|"
    "70 兄弟姐妹|71 兄|72 嫂|73 弟|74 弟媳|75 姐姐|76 姐夫|77 妹妹|78 妹夫|79 其他兄弟姐妹|"
    "80 其他|81 伯父|82 伯母|83 叔父|84 婶母|85 舅父|86 舅母|87 姨父|88 姨母|89 姑父|90 姑母|"
    "91 堂兄弟、堂姐妹|92 表兄弟、表姐妹|93 侄子|94 侄女|95 外甥|96 外甥女|97 其他亲属"
)
RELATION_NAMES: dict[Relation, str] = {Relation(code): name for code, name in _RELATIONS.items()}


class EthnicGroup(StrEnum):
    """GB/T 3304 中国各民族名称: the 56 groups by their two-digit code."""

    HAN = "01"
    MONGOL = "02"
    HUI = "03"
    TIBETAN = "04"
    UYGUR = "05"
    MIAO = "06"
    YI = "07"
    ZHUANG = "08"
    BUYEI = "09"
    KOREAN = "10"
    MANCHU = "11"
    DONG = "12"
    YAO = "13"
    BAI = "14"
    TUJIA = "15"
    HANI = "16"
    KAZAK = "17"
    DAI = "18"
    LI = "19"
    LISU = "20"
    VA = "21"
    SHE = "22"
    GAOSHAN = "23"
    LAHU = "24"
    SUI = "25"
    DONGXIANG = "26"
    NAXI = "27"
    JINGPO = "28"
    KIRGIZ = "29"
    TU = "30"
    DAUR = "31"
    MULAO = "32"
    QIANG = "33"
    BLANG = "34"
    SALAR = "35"
    MAONAN = "36"
    GELAO = "37"
    XIBE = "38"
    ACHANG = "39"
    PUMI = "40"
    TAJIK = "41"
    NU = "42"
    UZBEK = "43"
    RUSSIAN = "44"
    EWENKI = "45"
    DEANG = "46"
    BONAN = "47"
    YUGUR = "48"
    GIN = "49"
    TATAR = "50"
    DERUNG = "51"
    OROQEN = "52"
    HEZHEN = "53"
    MONBA = "54"
    LHOBA = "55"
    JINO = "56"

    @property
    def chinese_name(self) -> str:
        """The standard's name, e.g. 侗族."""
        return ETHNIC_GROUP_NAMES[self]


_ETHNIC_GROUPS = _named(
    "01 汉族|02 蒙古族|03 回族|04 藏族|05 维吾尔族|06 苗族|07 彝族|08 壮族|09 布依族|10 朝鲜族|"
    "11 满族|12 侗族|13 瑶族|14 白族|15 土家族|16 哈尼族|17 哈萨克族|18 傣族|19 黎族|20 傈僳族|"
    "21 佤族|22 畲族|23 高山族|24 拉祜族|25 水族|26 东乡族|27 纳西族|28 景颇族|29 柯尔克孜族|"
    "30 土族|31 达斡尔族|32 仫佬族|33 羌族|34 布朗族|35 撒拉族|36 毛南族|37 仡佬族|38 锡伯族|"
    "39 阿昌族|40 普米族|41 塔吉克族|42 怒族|43 乌孜别克族|44 俄罗斯族|45 鄂温克族|46 德昂族|"
    "47 保安族|48 裕固族|49 京族|50 塔塔尔族|51 独龙族|52 鄂伦春族|53 赫哲族|54 门巴族|"
    "55 珞巴族|56 基诺族"
)
ETHNIC_GROUP_NAMES: dict[EthnicGroup, str] = {
    EthnicGroup(code): name for code, name in _ETHNIC_GROUPS.items()
}
MARITAL_NAMES = _named(
    "10 未婚|20 已婚|21 初婚|22 再婚|23 复婚|30 丧偶|40 离婚|90 未说明的婚姻状况"
)
POLITICAL_NAMES = _named(
    "01 中国共产党党员|02 中国共产党预备党员|03 中国共产主义青年团团员|"
    "04 中国国民党革命委员会会员|05 中国民主同盟盟员|06 中国民主建国会会员|"
    "07 中国民主促进会会员|08 中国农工民主党党员|09 中国致公党党员|10 九三学社社员|"
    "11 台湾民主自治同盟盟员|12 无党派民主人士|13 群众"
)
EDUCATION_NAMES = _named(
    "10 研究生教育|20 大学本科教育|30 大学专科教育|40 中等职业教育|60 普通高级中学教育|"
    "70 初级中学教育|80 小学教育|90 其他"
)
