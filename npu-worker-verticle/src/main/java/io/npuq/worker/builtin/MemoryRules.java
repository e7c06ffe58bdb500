package io.npuq.worker.builtin;

import io.npuq.worker.text.SmallTalk;
import io.npuq.worker.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Tells which sentences state something worth keeping: a preference, a person's circumstances, a decision, a date that something happens, a way to
 * reach someone. Questions, small talk, log lines and overlong sentences do not.
 */
final class MemoryRules {
    /** Longer sentences tell a story, not a fact. */
    private static final int WORDS_MAX = 40;

    /** The same for one word without an end. */
    private static final int CHARS_MAX = 400;

    private static final Map<String, Keywords> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put(
                "preference",
                Keywords.of(
                        "prefer, prefers, preferred, favorite, favourite, i like, likes, i love, loves, i hate, hates, dislike*, allergic, allergy, vegetarian, vegan, always",
                        "never, usually, rather not, bevorzug*, am liebsten, lieblings*, mag ich, ich mag, allergisch, vegetarisch, vegetarier*, immer, nie, niemals",
                        "préfère, préfèrent, préféré*, j'aime, allergique, végétarien*, toujours, jamais, prefiero, prefiere, favorit*, me gusta, alérgic*, vegetarian*",
                        "siempre, nunca, preferisco, preferisce, allergic*, 好き, 嫌い, アレルギー, いつも, 喜欢, 过敏, 总是, 从不"));
        KINDS.put(
                "person",
                Keywords.of(
                        "my name is, i live, i'm from, i moved, moved to, lives in, live in, i work, works at, works for, works from, work from, my wife, my husband, my partner",
                        "my daughter, my son, my mother, my father, my boss, my birthday, birthday, born, married, new job, new address, ich heiße, ich wohne, wohnt in",
                        "umgezogen, arbeitet bei, ich arbeite, meine frau, mein mann, meine tochter, mein sohn, geburtstag, je m'appelle, j'habite, habite à, déménagé",
                        "travaille chez, ma femme, mon mari, ma fille, mon fils, anniversaire, me llamo, vivo en, vive en, trabajo en, trabaja en, mi hija, mi hijo, cumpleaños",
                        "引っ越し, 住んで, 誕生日, 働いて, 我叫, 住在, 生日"));
        KINDS.put(
                "decision",
                Keywords.of(
                        "decided, decision, agreed, we will use, we'll use, approved, chose, chosen, takes over, will take over, responsible for, is now, from now on",
                        "drop support, moves from, moved from, moves to, postponed, renamed, beschlossen, entschieden, vereinbart, genehmigt, übernimmt, ab sofort, zuständig",
                        "décidé*, convenu, approuvé*, reporté*, désormais, responsable de, decidid*, decidimos, acordad*, acordamos, aprobad*, aplazad*, deciso, approvat*",
                        "決定, 決めた, 決まり, 変更, 决定, 同意"));
        KINDS.put(
                "contact",
                Keywords.of(
                        "email is, e-mail is, phone number, my number, call me at, telefonnummer, meine nummer, numéro de téléphone, mi número"));
    }

    private static final Pattern DATE = Pattern.compile(
            "\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}\\b"
                    + "|\\b\\d{1,2}(?:st|nd|rd|th|\\.|er)?(?: de)? (?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|févr|mars|avr|juin|juil|août|déc"
                    + "|ene|abr|ago|dic)\\p{L}*|\\b(?:january|february|march|april|june|july|august|september|october|november|december) \\d{1,2}\\b"
                    + "|\\d{1,2}月\\d{1,2}日"
                    + "|\\b(?:by|until|on|every|next|am|bis|jeden|d'ici|le|el|cada|hasta el) (?:mon|tues|wednes|thurs|fri|satur|sun)day\\b"
                    + "|\\b(?:am|bis|jeden) (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\\b"
                    + "|\\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\\b|毎週|来週|明日",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern CONTACT =
            Pattern.compile("[\\w.+-]{1,64}@[\\w-]{1,63}\\.[\\w.-]{2,63}|\\+\\d[\\d ()/-]{6,20}\\d");
    private static final Pattern QUESTION = Pattern.compile("[?？؟]\\s*[\"'”’»)]?$");

    private MemoryRules() {}

    /** What a sentence states, by the names of the rules; empty when nothing durable. */
    static List<String> kinds(String sentence) {
        if (QUESTION.matcher(sentence).find()
                || SmallTalk.is(sentence)
                || Words.count(sentence) > WORDS_MAX
                || sentence.length() > CHARS_MAX) {
            return List.of();
        }
        List<String> kinds = new ArrayList<>();
        KeywordText text = new KeywordText(sentence);
        KINDS.forEach((kind, words) -> {
            if (words.in(text)) {
                kinds.add(kind);
            }
        });
        if (CONTACT.matcher(sentence).find() && !kinds.contains("contact")) {
            kinds.add("contact");
        }
        if (DATE.matcher(sentence).find()) {
            kinds.add("date");
        }
        return kinds;
    }
}
