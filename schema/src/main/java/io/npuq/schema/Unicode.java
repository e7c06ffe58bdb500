package io.npuq.schema;

/** What Java takes for text, and UTF-8 does not. */
final class Unicode {
    private Unicode() {}

    /** Whether every surrogate has its other half. An unpaired one has no UTF-8 form: it would come back from disk as another text. */
    static boolean isPaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
