package io.npuq.worker.llm;

import io.npuq.worker.llm.guide.WholeCharacters;

/** For vocabularies of bytes: a text is the bytes of its tokens. No call of the detokenizer. */
final class ByteText implements AnswerText {
    private final TokenBytes bytes;
    private final WholeCharacters text = new WholeCharacters();

    ByteText(TokenBytes bytes) {
        this.bytes = bytes;
    }

    @Override
    public String add(int token) {
        return text.add(bytes.of(token));
    }
}
