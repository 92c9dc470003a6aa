/**
 * What an emoji is a kind of: without colour of skin, gender and direction, and with men and women as persons, boys and
 * girls as children; a sequence of nothing else is its own base.
 *
 * *Source* Unicode Technical Standard 51: emoji modifiers U+1F3FB to 1F3FF, signs of gender U+2640 and 2642, the arrow
 * U+27A1, joined by U+200D, with variation selector U+FE0F.
 */
export function baseEmoji(emoji: string): string {
  const persons = emoji.replaceAll(/[\u{1f468}\u{1f469}]/gu, "\u{1f9d1}").replaceAll(
    /[\u{1f466}\u{1f467}]/gu,
    "\u{1f9d2}",
  );
  return persons.replaceAll(/[\u{1f3fb}-\u{1f3ff}]|[\ufe0f\u200d\u2640\u2642\u27a1]/gu, "") || emoji;
}

/** The code of the territory whose flag an emoji is: two regional indicators; undefined for others. */
export function territoryOfFlag(emoji: string): string | undefined {
  const letters = [...emoji].map((letter) => letter.codePointAt(0)! - 0x1f1e6);
  const isFlag = letters.length === 2 && letters.every((letter) => letter >= 0 && letter < 26);
  return isFlag ? String.fromCharCode(...letters.map((letter) => 65 + letter)) : undefined;
}
