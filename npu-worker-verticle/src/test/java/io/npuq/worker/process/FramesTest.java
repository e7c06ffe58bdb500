package io.npuq.worker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FramesTest {
    static List<Message> messages() {
        Usage usage = new Usage(3, 4);
        return List.of(
                new Message.Hello(1),
                new Message.Load(JsonNodeFactory.instance.objectNode().put("model", "m")),
                new Message.Loaded(new EngineInfo("m", null, "r", "d", "AUTO", "CPU", 12.5, 1024, "no driver", true)),
                new Message.Generate(
                        9,
                        new Generation(
                                JobKind.CHAT,
                                new JobInput.Chat(List.of(new ChatMessage("user", "äö 🙂 \n\u0001"))),
                                12,
                                new Sampling(0.5, 0.9, 3, 1.1, 0.1, -0.1, 42L, List.of("\n\n")))),
                new Message.Generate(1, new Generation(JobKind.TITLE, new JobInput.Text("text"), 12, Sampling.GREEDY)),
                new Message.Generate(
                        2,
                        new Generation(
                                JobKind.CHAT,
                                new JobInput.Chat(List.of(new ChatMessage("user", "x"))),
                                12,
                                Sampling.GREEDY,
                                new ResponseFormat.JsonSchema("n", "{\"properties\":{\"größe\":{}}}"))),
                new Message.Text(9, "pi\u00e8ce"),
                new Message.Done(9, new Generated("t", null, FinishReason.LENGTH, usage, null, 1.25)),
                new Message.Done(
                        9,
                        new Generated(
                                "{}",
                                JsonNodeFactory.instance.objectNode().put("a", 1),
                                FinishReason.STOP,
                                usage,
                                0.5,
                                1.25)),
                new Message.Failed(9, EngineException.Kind.PROMPT_TOO_LONG, "too long"),
                new Message.Cancel(9),
                new Message.Bye());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageComesBackAsItWent(Message message) throws IOException {
        assertEquals(Optional.of(message), Frames.read(new ByteArrayInputStream(Frames.frame(message))));
    }

    @Test
    void theEndBetweenFramesIsAnEndAndInsideOneItIsNot() throws IOException {
        byte[] frame = Frames.frame(new Message.Bye());
        assertTrue(Frames.read(new ByteArrayInputStream(new byte[0])).isEmpty());
        for (int cut = 1; cut < frame.length; cut++) {
            byte[] part = Arrays.copyOf(frame, cut);
            assertThrows(EOFException.class, () -> Frames.read(new ByteArrayInputStream(part)));
        }
    }

    static List<byte[]> garbage() {
        return List.of(
                "Segmentation fault".getBytes(StandardCharsets.UTF_8),
                header(Frames.MAGIC, -1),
                header(Frames.MAGIC, Frames.MESSAGE_BYTES_MAX + 1),
                framed("null"),
                framed("[]"),
                framed("{\"type\":\"unknown\"}"),
                framed("{\"type\":\"bye\"} secret"),
                framed("{\"type\":\"generate\",\"call\":1,\"generation\":{\"kind\":\"title\",\"input\":{\"text\":\"\"},"
                        + "\"max_new_tokens\":1,\"sampling\":null}}"),
                framed("secret"));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void whatIsNoFrameIsNoticedAndNotRepeated(byte[] bytes) {
        FrameException e = assertThrows(FrameException.class, () -> Frames.read(new ByteArrayInputStream(bytes)));
        assertFalse(String.valueOf(e.getMessage()).contains("secret"));
    }

    @Test
    void aMessageThatIsTooLargeIsNeverSent() {
        Message large = new Message.Text(1, "x".repeat(Frames.MESSAGE_BYTES_MAX));
        assertThrows(FrameException.class, () -> Frames.frame(large));
    }

    private static byte[] header(int magic, int length) {
        return ByteBuffer.allocate(8).putInt(magic).putInt(length).array();
    }

    private static byte[] framed(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + bytes.length)
                .put(header(Frames.MAGIC, bytes.length))
                .put(bytes)
                .array();
    }
}
