package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiny model's tokenizer knows ASCII words; everything else comes in tokens of single bytes. */
class AnswerTextTest {
    private OpenVino openVino;
    private ModelDirectory model;
    private Tokenizer tokenizer;

    @BeforeEach
    void open() throws EngineException {
        openVino = OpenVino.open(OpenVinoInstall.find(TestRuntime.openVino()));
        model = ModelDirectory.open(TinyModel.directory());
        tokenizer = new Tokenizer(openVino, model);
    }

    @AfterEach
    void close() {
        tokenizer.close();
        openVino.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The mail server is slow",
                "Feuer 🔥 im Rechenzentrum 😀😀😀, Überhitzung – 43 °C",
                "日本語のメールサーバーが遅いです。とても長い文章でも大丈夫です。",
                "👩‍👩‍👧‍👦 family, 🇩🇪 flag, é combining",
                "a\nb\tc  d"
            })
    void charactersComeOutWholeAndNothingIsLost(String text) {
        AnswerText answer = new AnswerText(tokenizer);
        List<String> pieces = new ArrayList<>();
        for (int token : tokenizer.continuation(text)) {
            String piece = answer.add(token);
            assertEquals(piece, new String(piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
            assertTrue(piece.indexOf('\uFFFD') < 0, piece);
            pieces.add(piece);
        }
        assertEquals(text, String.join("", pieces));
    }

    @Test
    void aCharacterThatWasNeverFinishedIsLeftOut() {
        int[] tokens = tokenizer.continuation("ok 😀");
        AnswerText answer = new AnswerText(tokenizer);
        StringBuilder text = new StringBuilder();
        Arrays.stream(tokens, 0, tokens.length - 1).forEach(token -> text.append(answer.add(token)));
        assertEquals("ok ", text.toString());
    }

    @Test
    void bytesThatNeverBecomeACharacterDoNotHoldWhatFollowsBack() {
        int broken = tokenizer.continuation("😀")[0];
        AnswerText answer = new AnswerText(tokenizer);
        for (int i = 0; i < 100; i++) {
            assertEquals("", answer.add(broken));
        }
        StringBuilder text = new StringBuilder();
        for (int token : tokenizer.continuation(" well again")) {
            text.append(answer.add(token));
        }
        assertTrue(text.toString().endsWith("well again"), text::toString);
    }

    @Test
    void tokensKnowTheirBytesAlsoWhereTheyArePartOfACharacter() throws IOException {
        TokenBytes bytes = new TokenBytes(tokenizer, model);
        for (String text : List.of("mail server", " is slow", "grün 😀 日本", "\"}", "\n")) {
            StringBuilder hex = new StringBuilder();
            for (int token : tokenizer.continuation(text)) {
                hex.append(new String(bytes.of(token), StandardCharsets.ISO_8859_1));
            }
            assertEquals(
                    new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1), hex.toString());
        }
    }

    @Test
    void specialTokensHaveNoBytes() throws IOException {
        TokenBytes bytes = new TokenBytes(tokenizer, model);
        for (int token : tokenizer.prompt("<|im_start|><|im_end|><|endoftext|>")) {
            assertEquals(0, bytes.of(token).length);
        }
    }
}
