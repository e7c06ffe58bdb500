package io.npuq.smoke;

/**
 * What became of one check.
 *
 * @param name what was checked
 * @param result how it went
 * @param evidence what was seen: numbers, texts, codes
 */
public record Check(String name, Result result, String evidence) {
    /** How a check went. */
    public enum Result {
        /** As it should. */
        PASSED("ok"),
        /** Nothing is wrong, but this machine cannot show it. */
        NOT_PROVEN("not proven"),
        /** Not as it should. */
        FAILED("FAILED");

        private final String text;

        Result(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    static Check passed(String name, String evidence) {
        return new Check(name, Result.PASSED, evidence);
    }

    static Check notProven(String name, String evidence) {
        return new Check(name, Result.NOT_PROVEN, evidence);
    }

    static Check failed(String name, String evidence) {
        return new Check(name, Result.FAILED, evidence);
    }

    static Check of(boolean passed, String name, String evidence) {
        return passed ? passed(name, evidence) : failed(name, evidence);
    }
}
