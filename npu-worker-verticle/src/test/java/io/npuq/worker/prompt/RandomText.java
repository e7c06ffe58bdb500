package io.npuq.worker.prompt;

import java.util.List;
import java.util.Random;

/** Texts of a seed: words, marks, line ends, scripts and symbols that shapes are made of. */
public final class RandomText {
    private static final List<String> PARTS = List.of(
            "server",
            "is",
            "down",
            "please",
            "The",
            "Title:",
            "Summary:",
            "Here is a summary:",
            "- ",
            "* ",
            "1. ",
            "# ",
            "\n",
            "\n\n",
            ". ",
            "! ",
            "? ",
            "。",
            "…",
            "\"",
            "“",
            "”",
            "'",
            "会議",
            "明日",
            "ですか？",
            "مرحبا",
            "؟",
            "नमस्ते",
            "।",
            "😀",
            "👩‍👩‍👧",
            "é",
            "e\u0301",
            "\u200B",
            "\uFEFF",
            "\t",
            "\u00A0",
            "\u3000",
            "3.14",
            "2026-11-21",
            "a@b.cd",
            "e.g.",
            "<|im_end|>",
            "{{ 7*7 }}",
            ":",
            ";",
            ",",
            "(",
            ")",
            "[",
            "`",
            "**",
            "_",
            "...",
            "Re:",
            "Subject: ",
            "\\",
            "\r\n",
            "\u0000",
            "\u2028",
            "ß",
            "I",
            "i prefer tea",
            "no errors",
            "x");

    private RandomText() {}

    /** So many parts, with or without blanks between them. */
    public static String of(Random random, int parts) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts; i++) {
            text.append(PARTS.get(random.nextInt(PARTS.size()))).append(random.nextInt(3) > 0 ? " " : "");
        }
        return text.toString();
    }
}
