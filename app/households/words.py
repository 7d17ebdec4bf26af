"""The words village committees write in a roster, and the standards' codes they mean.

Each function answers None for a word it does not know: the caller says so instead of guessing.
"""

from __future__ import annotations

import re
import unicodedata

from app.households.vocabulary import (
    ETHNIC_GROUP_NAMES,
    RELATION_NAMES,
    EthnicGroup,
    Relation,
    Sex,
)

_OTHER_WORDS: dict[Relation, str] = {
    Relation.HEAD: "本人 户主本人 户主(本人) 本户户主",
    Relation.SPOUSE: "爱人 夫妻 伴侣",
    Relation.HUSBAND: "丈夫 老公",
    Relation.WIFE: "妻子 老婆 太太",
    Relation.SON: "儿子 儿 男孩 之子",
    Relation.ELDEST_SON: "大儿子 大儿 大子 长男",
    Relation.SECOND_SON: "二儿子 二儿 二子 次男 二男",
    Relation.THIRD_SON: "三儿子 三儿 三男",
    Relation.FOURTH_SON: "四儿子 四儿 四男",
    Relation.FIFTH_SON: "五儿子 五儿 五男",
    Relation.ADOPTED_OR_STEP_SON: "养子 继子 抱养子",
    Relation.SON_IN_LAW: "婿 上门女婿 入赘女婿",
    Relation.OTHER_SON: "六子 七子 小儿子",
    Relation.DAUGHTER: "女儿 闺女 女孩 之女",
    Relation.ELDEST_DAUGHTER: "大女儿 大女",
    Relation.SECOND_DAUGHTER: "二女儿 二女 次女儿",
    Relation.THIRD_DAUGHTER: "三女儿",
    Relation.FOURTH_DAUGHTER: "四女儿",
    Relation.FIFTH_DAUGHTER: "五女儿",
    Relation.ADOPTED_OR_STEP_DAUGHTER: "养女 继女 抱养女",
    Relation.DAUGHTER_IN_LAW: "媳 儿媳妇 儿媳 长媳 次媳 大儿媳 二儿媳 子媳 儿子媳妇",
    Relation.OTHER_DAUGHTER: "六女 七女 小女儿",
    Relation.GRANDCHILD: "孙辈 孙子女",
    Relation.GRANDSON: "孙 长孙 次孙 孙儿 大孙子 二孙子",
    Relation.GRANDDAUGHTER: "长孙女 次孙女 孙女儿 大孙女 二孙女",
    Relation.DAUGHTERS_SON: "外孙 外孙儿",
    Relation.DAUGHTERS_DAUGHTER: "外孙女儿",
    Relation.GRANDSONS_WIFE: "孙媳 孙媳妇 外孙媳 外孙媳妇",
    Relation.GRANDDAUGHTERS_HUSBAND: "孙女婿 外孙女婿 孙婿",
    Relation.GREAT_GRANDSON: "曾孙 曾孙子 重孙 重孙子 外曾孙 外曾孙子",
    Relation.GREAT_GRANDDAUGHTER: "曾孙女 重孙女 外曾孙女",
    Relation.FATHER: "父 爸 爸爸 爹 老父",
    Relation.MOTHER: "母 妈 妈妈 娘 老母",
    Relation.HUSBANDS_FATHER: "公爹 家公 夫父",
    Relation.HUSBANDS_MOTHER: "家婆 夫母",
    Relation.WIFES_FATHER: "丈人 老丈人 妻父",
    Relation.WIFES_MOTHER: "丈母娘 丈母 妻母",
    Relation.STEP_OR_ADOPTIVE_FATHER: "继父 养父",
    Relation.STEP_OR_ADOPTIVE_MOTHER: "继母 养母",
    Relation.GRANDPARENT: "祖父母 外祖父母",
    Relation.FATHERS_FATHER: "爷爷 爷",
    Relation.FATHERS_MOTHER: "奶奶 奶",
    Relation.MOTHERS_FATHER: "外公 姥爷",
    Relation.MOTHERS_MOTHER: "外婆 姥姥",
    Relation.GREAT_GRANDFATHER: "太爷爷 太公",
    Relation.GREAT_GRANDMOTHER: "太奶奶 太婆",
    Relation.ELDER_BROTHER: "哥 哥哥 兄长 胞兄 大哥 二哥",
    Relation.ELDER_BROTHERS_WIFE: "嫂子 嫂嫂 大嫂",
    Relation.YOUNGER_BROTHER: "弟弟 胞弟 二弟 三弟",
    Relation.YOUNGER_BROTHERS_WIFE: "弟妹 弟媳妇 弟妇",
    Relation.ELDER_SISTER: "姐 大姐 胞姐",
    Relation.YOUNGER_SISTER: "妹 胞妹",
    Relation.FATHERS_ELDER_BROTHER: "伯 伯伯 大伯",
    Relation.FATHERS_ELDER_BROTHERS_WIFE: "伯娘",
    Relation.FATHERS_YOUNGER_BROTHER: "叔 叔叔",
    Relation.FATHERS_YOUNGER_BROTHERS_WIFE: "婶 婶婶 婶娘",
    Relation.MOTHERS_BROTHER: "舅 舅舅",
    Relation.MOTHERS_BROTHERS_WIFE: "舅妈",
    Relation.MOTHERS_SISTERS_HUSBAND: "姨夫",
    Relation.MOTHERS_SISTER: "姨 姨妈",
    Relation.FATHERS_SISTERS_HUSBAND: "姑夫",
    Relation.FATHERS_SISTER: "姑 姑姑 姑妈",
    Relation.PATERNAL_COUSIN: "堂兄 堂弟 堂哥 堂姐 堂妹 堂兄弟 堂姐妹",
    Relation.OTHER_COUSIN: "表兄 表弟 表哥 表姐 表妹 表兄弟 表姐妹",
    Relation.BROTHERS_SON: "侄 侄儿",
    Relation.BROTHERS_DAUGHTER: "侄女儿",
    Relation.SISTERS_SON: "外甥子 甥",
    Relation.SISTERS_DAUGHTER: "甥女",
    Relation.OTHER_RELATIVE: "亲属 亲戚",
}

_RELATION_BY_WORD: dict[str, Relation] = {name: code for code, name in RELATION_NAMES.items()}
_RELATION_BY_WORD |= {
    word: relation for relation, words in _OTHER_WORDS.items() for word in words.split()
}

_BY_SEX: dict[str, dict[Sex, Relation]] = {
    "子女": {Sex.MALE: Relation.SON, Sex.FEMALE: Relation.DAUGHTER},
    "孩子": {Sex.MALE: Relation.SON, Sex.FEMALE: Relation.DAUGHTER},
    "小孩": {Sex.MALE: Relation.SON, Sex.FEMALE: Relation.DAUGHTER},
    "父母": {Sex.MALE: Relation.FATHER, Sex.FEMALE: Relation.MOTHER},
    "孙子女": {Sex.MALE: Relation.GRANDSON, Sex.FEMALE: Relation.GRANDDAUGHTER},
    "夫妻": {Sex.MALE: Relation.HUSBAND, Sex.FEMALE: Relation.WIFE},
}

_SEX_WORDS = {
    "男": Sex.MALE,
    "男性": Sex.MALE,
    "1": Sex.MALE,
    "M": Sex.MALE,
    "女": Sex.FEMALE,
    "女性": Sex.FEMALE,
    "2": Sex.FEMALE,
    "F": Sex.FEMALE,
    "未知": Sex.UNKNOWN,
    "未说明": Sex.NOT_STATED,
}

_MALE_CODES = {"11", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "41", "43", "46"}
_MALE_CODES |= {"47", "51", "53", "55", "57", "61", "63", "66", "71", "73", "76", "78", "81", "83"}
_MALE_CODES |= {"85", "87", "89", "93", "95"}
_FEMALE_CODES = {"12", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "42", "44"}
_FEMALE_CODES |= {"45", "48", "52", "54", "56", "58", "62", "64", "67", "72", "74", "75", "77"}
_FEMALE_CODES |= {"82", "84", "86", "88", "90", "94", "96"}


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("。.,，、:：")


def relation_from_words(text: str, sex: Sex | None) -> Relation | None:
    """The relation a committee's words mean for a resident of that sex; None for unknown words.

    In rosters of a household headed by a woman, her husband is often listed as 妻 (the sheet was
    filled by dragging the word down); a spouse's sex therefore decides between 夫 and 妻.
    本人 in such a column is the head of the household.
    """
    word = _plain(text).removeprefix("户主的").removeprefix("户主之")
    if sex is not None and word in _BY_SEX and sex in _BY_SEX[word]:
        return _BY_SEX[word][sex]
    relation = _RELATION_BY_WORD.get(word)
    if relation is Relation.SELF:
        return Relation.HEAD
    if relation is Relation.WIFE and sex is Sex.MALE:
        return Relation.HUSBAND
    if relation is Relation.HUSBAND and sex is Sex.FEMALE:
        return Relation.WIFE
    return relation


def sex_of_relation(relation: Relation) -> Sex | None:
    """The sex a relation implies; None when it implies none (配偶, 户主, 其他亲属 ...)."""
    if relation.value in _MALE_CODES:
        return Sex.MALE
    return Sex.FEMALE if relation.value in _FEMALE_CODES else None


def sex_from_words(text: str) -> Sex | None:
    """The sex written as 男, 女性, 1, F ...; None for unknown words."""
    return _SEX_WORDS.get(_plain(text).upper())


def ethnic_group_from_words(text: str) -> EthnicGroup | None:
    """The ethnic group written as 侗, 侗族 or 12; None for unknown words."""
    word = _plain(text)
    if word.isdigit() and len(word) <= 2:
        return _ETHNIC_BY_CODE.get(word.zfill(2))
    return _ETHNIC_BY_NAME.get(word) or _ETHNIC_BY_NAME.get(word + "族")


_ETHNIC_BY_NAME = {name: group for group, name in ETHNIC_GROUP_NAMES.items()}
_ETHNIC_BY_CODE = {group.value: group for group in EthnicGroup}
