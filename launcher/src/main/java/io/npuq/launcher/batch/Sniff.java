package io.npuq.launcher.batch;

/** Tells texts from other files by how they begin. */
final class Sniff {
    /** So much of a file's beginning is looked at. */
    static final int BYTES = 8_000;

    /** Backspace, tab, line feed, form feed, carriage return, escape: all that terminals and printers were told in texts. */
    private static final String ALLOWED = "\b\t\n\f\r\u001b";

    private Sniff() {}

    /** Whether there is a control character that no text has. */
    static boolean isBinary(byte[] head) {
        for (byte b : head) {
            if (b >= 0 && b < ' ' && ALLOWED.indexOf(b) < 0) {
                return true;
            }
        }
        return false;
    }
}
