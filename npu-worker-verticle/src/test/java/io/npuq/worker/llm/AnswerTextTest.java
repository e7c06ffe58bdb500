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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    private TokenBytes bytes;

    @BeforeEach
    void open() throws EngineException, IOException {
        openVino = OpenVino.open(OpenVinoInstall.find(TestRuntime.openVino()));
        model = ModelDirectory.open(TinyModel.directory());
        tokenizer = new Tokenizer(openVino, model);
        bytes = new TokenBytes(tokenizer, model);
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
        assertComesOutWhole(text, new WindowText(tokenizer));
        assertComesOutWhole(text, new ByteText(bytes));
    }

    private void assertComesOutWhole(String text, AnswerText answer) {
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
        for (AnswerText answer : List.of(new WindowText(tokenizer), new ByteText(bytes))) {
            assertEquals("ok ", text(answer, Arrays.copyOf(tokens, tokens.length - 1)));
        }
    }

    @Test
    void bytesThatNeverBecomeACharacterDoNotHoldWhatFollowsBack() {
        int broken = tokenizer.continuation("😀")[0];
        int[] tokens = IntStream.concat(
                        IntStream.generate(() -> broken).limit(100),
                        Arrays.stream(tokenizer.continuation(" well again")))
                .toArray();
        for (AnswerText answer : List.of(new WindowText(tokenizer), new ByteText(bytes))) {
            assertTrue(text(answer, tokens).endsWith(" well again"));
        }
    }

    private static String text(AnswerText answer, int... tokens) {
        return Arrays.stream(tokens).mapToObj(answer::add).collect(Collectors.joining());
    }

    @Test
    void aVocabularyOfBytesMakesTheText() {
        assertTrue(bytes.makeTheText());
    }

    @Test
    void tokensKnowTheirBytesAlsoWhereTheyArePartOfACharacter() {
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
    void specialTokensHaveNoBytes() {
        for (int token : tokenizer.prompt("<|im_start|><|im_end|><|endoftext|>")) {
            assertEquals(0, bytes.of(token).length);
        }
    }
}
