package io.npuq.launcher.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A plot as SVG that takes its colours from the page, so that it follows dark mode and print. Coordinates are shares of the plot's width
 * and height, from 0 to 1, from the lower left corner.
 */
final class Plot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 300;
    private static final int LEFT = 76;
    private static final int RIGHT = 32;
    private static final int TOP = 12;
    private static final int BOTTOM = 48;

    /** A line of no more points shows each of them: one that stands alone would not be seen. */
    private static final int DOTTED_MAX = 40;

    private static final String DOT_RADIUS = "2.5";

    /** As many colours as the page has. */
    static final int COLOURS = 6;

    private final StringBuilder body = new StringBuilder();
    private final StringBuilder key = new StringBuilder();
    private final String title;

    Plot(String title) {
        this.title = title;
    }

    record Point(double x, double y) {}

    Plot tickX(double x, String label) {
        line(x, 0, x, 1, "grid");
        return text(px(x), HEIGHT - BOTTOM + 22, "middle", label);
    }

    Plot tickY(double y, String label) {
        line(0, y, 1, y, "grid");
        return text(LEFT - 8, py(y) + 4, "end", label);
    }

    Plot axes(String x, String y) {
        text(px(0.5), HEIGHT - 4, "middle", x);
        body.append("<text class=\"label\" text-anchor=\"middle\" transform=\"translate(17 ")
                .append(Figures.fixed(py(0.5), 1))
                .append(") rotate(-90)\">")
                .append(Html.escape(y))
                .append("</text>\n");
        return this;
    }

    /** A line through the points, with an entry in the key. */
    Plot line(List<Point> points, int colour, boolean dashed, String name) {
        List<String> steps = new ArrayList<>();
        points.forEach(point -> steps.add(Figures.fixed(px(point.x()), 1) + "," + Figures.fixed(py(point.y()), 1)));
        String style = "c" + colour % COLOURS + (dashed ? " dashed" : "");
        body.append("<polyline class=\"curve ")
                .append(style)
                .append("\" points=\"")
                .append(String.join(" ", steps))
                .append("\"/>\n");
        if (points.size() <= DOTTED_MAX) {
            points.forEach(point -> dot(point, colour));
        }
        key.append("<li><svg class=\"swatch\" viewBox=\"0 0 24 8\" aria-hidden=\"true\"><line class=\"curve ")
                .append(style)
                .append("\" x1=\"0\" y1=\"4\" x2=\"24\" y2=\"4\"/></svg>")
                .append(Html.escape(name))
                .append("</li>");
        return this;
    }

    private void dot(Point point, int colour) {
        body.append("<circle class=\"dot c")
                .append(colour % COLOURS)
                .append("\" cx=\"")
                .append(Figures.fixed(px(point.x()), 1))
                .append("\" cy=\"")
                .append(Figures.fixed(py(point.y()), 1))
                .append("\" r=\"")
                .append(DOT_RADIUS)
                .append("\"/>\n");
    }

    /** A cell, the denser the more there is in it. */
    Plot cell(double x, double y, double width, double height, double density) {
        body.append("<rect class=\"cell\" x=\"")
                .append(Figures.fixed(px(x), 1))
                .append("\" y=\"")
                .append(Figures.fixed(py(y + height), 1))
                .append("\" width=\"")
                .append(Figures.fixed(px(x + width) - px(x), 1))
                .append("\" height=\"")
                .append(Figures.fixed(py(y) - py(y + height), 1))
                .append("\" fill-opacity=\"")
                .append(Figures.fixed(density, 2))
                .append("\"/>\n");
        return this;
    }

    Plot line(double x1, double y1, double x2, double y2, String style) {
        body.append("<line class=\"")
                .append(style)
                .append("\" x1=\"")
                .append(Figures.fixed(px(x1), 1))
                .append("\" y1=\"")
                .append(Figures.fixed(py(y1), 1))
                .append("\" x2=\"")
                .append(Figures.fixed(px(x2), 1))
                .append("\" y2=\"")
                .append(Figures.fixed(py(y2), 1))
                .append("\"/>\n");
        return this;
    }

    /** The figure, with its title and its key. */
    String html() {
        return "<figure>\n<figcaption>" + Html.escape(title)
                + "</figcaption>\n<div class=\"wide\" tabindex=\"0\">\n<svg viewBox=\"0 0 " + WIDTH + " "
                + HEIGHT + "\" role=\"img\" aria-label=\"" + Html.escape(title) + "\">\n" + body + "</svg>\n</div>\n"
                + (key.isEmpty() ? "" : "<ul class=\"key\">" + key + "</ul>\n") + "</figure>\n";
    }

    private Plot text(double x, double y, String anchor, String label) {
        body.append("<text class=\"label\" x=\"")
                .append(Figures.fixed(x, 1))
                .append("\" y=\"")
                .append(Figures.fixed(y, 1))
                .append("\" text-anchor=\"")
                .append(anchor)
                .append("\">")
                .append(Html.escape(label))
                .append("</text>\n");
        return this;
    }

    private static double px(double x) {
        return LEFT + x * (WIDTH - LEFT - RIGHT);
    }

    private static double py(double y) {
        return HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM);
    }
}
