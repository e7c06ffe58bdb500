package io.npuq.worker.llm.grammar;

/**
 * How a document is laid out, and how deep a place in it is: on one line with a blank behind each colon and comma, or a member a line. A
 * document keeps to one layout, so a model cannot lose itself in blanks; but it may have the one that it likes, as small models that like
 * another rather end an object than begin it.
 *
 * @param indent blanks a level; {@link #ONE_LINE} for none and no lines
 * @param depth how many objects and arrays the place is in
 */
record Layout(int indent, int depth) {
    static final int ONE_LINE = -1;

    /** Inside of an object or array that is here. */
    Layout inner() {
        return new Layout(indent, depth + 1);
    }

    /** What stands before a member or element here. */
    String before(boolean first) {
        if (indent == ONE_LINE) {
            return first ? "" : ", ";
        }
        return (first ? "" : ",") + line(depth);
    }

    /** The bracket that ends what is here, whose members or elements these are. */
    String end(boolean empty, String bracket) {
        return empty || indent == ONE_LINE ? bracket : line(depth - 1) + bracket;
    }

    private String line(int levels) {
        return "\n" + " ".repeat(indent * levels);
    }
}
