package io.npuq.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigurationDocumentTest {
    /** Maven runs tests in their module's directory. */
    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    @Test
    void documentHasExactlyTheSettingsThatThereAre() throws IOException {
        List<String> rows;
        try (var lines = Files.lines(DOCUMENT)) {
            rows = lines.filter(line -> line.startsWith("| `--")).toList();
        }
        assertEquals(
                String.join(
                        "\n",
                        Settings.ALL.stream()
                                .map(ConfigurationDocumentTest::row)
                                .toList()),
                String.join("\n", rows));
    }

    /** Name in a file and flag differ in - and _ alone, so that one column does for both. */
    private static String row(Setting<?> setting) {
        return "| "
                + String.join(
                        " | ",
                        code(setting.flag()),
                        code(setting.env())
                                + setting.otherEnv()
                                        .map(name -> ", " + code(name))
                                        .orElse(""),
                        setting.defaultText().isEmpty() ? "" : code(setting.defaultText()),
                        setting.type().allowed(),
                        setting.description())
                + " |";
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
