package io.npuq.launcher.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of texts under a head, for a page of Markdown or HTML.
 *
 * @param head a name for each column
 * @param rows as many texts each
 */
record Table(List<String> head, List<List<String>> rows) {
    /** What stands where a percentile wants more samples. */
    static final String TOO_FEW = "too few";

    String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add(line(head));
        lines.add("|" + "---|".repeat(head.size()));
        rows.forEach(row -> lines.add(line(row)));
        return String.join("\n", lines);
    }

    private static String line(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** Numbers stand at the right; a class tells what a target came to, and what is too few. */
    String html() {
        StringBuilder html = new StringBuilder("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>");
        head.forEach(name ->
                html.append("<th scope=\"col\">").append(Html.escape(name)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr>");
            row.forEach(cell -> html.append("<td class=\"")
                    .append(kind(cell))
                    .append("\">")
                    .append(Html.escape(cell))
                    .append("</td>"));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private static String kind(String cell) {
        return switch (cell) {
            case "pass", "fail" -> cell;
            case TOO_FEW -> "few";
            default -> cell.matches("[0-9].*") ? "number" : "text";
        };
    }
}
