package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringsTest {
    @Test
    void nothingOfAStopStringOrBehindItIsPassed() {
        StopStrings stops = new StopStrings(List.of("END"));
        assertEquals("one ", stops.pass("one E"));
        assertEquals("", stops.pass("N"));
        assertFalse(stops.found());
        assertEquals("", stops.pass("D two"));
        assertTrue(stops.found());
        assertEquals("", stops.pass("three"));
        assertEquals("", stops.end());
    }

    @Test
    void whatOnlyBeganLikeAStopStringIsPassedLater() {
        StopStrings stops = new StopStrings(List.of("aab"));
        assertEquals("x", stops.pass("xaa"));
        assertEquals("a", stops.pass("a"));
        assertEquals("aac", stops.pass("c"));
        assertEquals("", stops.pass("a"));
        assertEquals("a", stops.end());
    }

    @Test
    void theFirstInTheTextWins() {
        StopStrings stops = new StopStrings(List.of("later", "now"));
        assertEquals("right ", stops.pass("right now or later"));
    }

    @Test
    void withoutStopStringsAllPasses() {
        StopStrings stops = new StopStrings(List.of());
        assertEquals("anything", stops.pass("anything"));
        assertFalse(stops.found());
    }
}
