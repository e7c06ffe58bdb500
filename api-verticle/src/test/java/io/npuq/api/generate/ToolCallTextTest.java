package io.npuq.api.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.npuq.api.generate.ToolCallText.Called;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallTextTest {
    private static final String ANSWER =
            "I look it up.\n<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"place\": \"Oslo\"}}\n"
                    + "</tool_call>\n<tool_call>{\"name\": \"now\"}</tool_call> a < b <tool_cal";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void callsAreTakenOutWhereverTheAnswerIsCut(int size) {
        ToolCallText text = new ToolCallText();
        StringBuilder rest = new StringBuilder();
        for (int at = 0; at < ANSWER.length(); at += size) {
            rest.append(text.more(ANSWER.substring(at, Math.min(ANSWER.length(), at + size))));
        }
        rest.append(text.end());
        assertEquals("I look it up.\n\n a < b <tool_cal", rest.toString());
        assertEquals(List.of(new Called("weather", "{\"place\":\"Oslo\"}"), new Called("now", "{}")), text.calls());
    }

    @Test
    void callWithoutItsEndCountsWhenItsObjectIsWhole() {
        ToolCallText text = new ToolCallText();
        assertEquals("", text.more("<tool_call>{\"name\": \"now\", \"arguments\": {}}") + text.end());
        assertEquals(List.of(new Called("now", "{}")), text.calls());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<tool_call>no object</tool_call>",
                "<tool_call>{\"name\": \"now\", \"arguments\": [1]}</tool_call>",
                "<tool_call>{\"name\": \"cut of",
                "</tool_call>"
            })
    void whatIsNoCallStaysText(String answer) {
        ToolCallText text = new ToolCallText();
        assertEquals(answer, text.more(answer) + text.end());
        assertEquals(List.of(), text.calls());
    }
}
