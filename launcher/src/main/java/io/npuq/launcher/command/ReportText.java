package io.npuq.launcher.command;

import io.npuq.scheduler.JournalReport;
import io.npuq.schema.JobState;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a journal holds, for people. */
final class ReportText {
    private ReportText() {}

    static String of(JournalReport report) {
        JournalReport.Texts texts = report.texts();
        String due = texts.due() == 0 ? "" : ", " + texts.due() + " to be erased at the next start";
        String torn = report.tornTail() ? "; an unfinished write follows, which the next start cuts off" : "";
        return String.join(
                "\n",
                "segments  " + report.segments() + ", " + report.bytes() + " bytes",
                "entries   " + report.entries() + torn,
                "head      " + report.head(),
                "jobs      " + jobs(report),
                "texts     " + texts.live() + " live, " + texts.erased() + " erased" + due);
    }

    static String index(JournalReport report) {
        return "index     "
                + switch (report.index()) {
                    case FITS -> "fits the journal";
                    case NOT_TRUSTED -> "was not closed in order; the next start builds it again";
                    case NONE -> "none; the next start builds it";
                };
    }

    private static String jobs(JournalReport report) {
        long all = report.jobs().values().stream().mapToLong(Long::longValue).sum();
        List<String> counts = Stream.of(JobState.values())
                .filter(state -> report.jobs().containsKey(state))
                .map(state -> report.jobs().get(state) + " " + state.wire())
                .toList();
        return all + counts.stream().collect(Collectors.joining(", ", counts.isEmpty() ? "" : ": ", ""));
    }
}
