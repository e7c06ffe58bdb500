package io.npuq.worker.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.npuq.schema.Severity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            The database server is down since 9          | critical | database    | true
            PANIC: No space left on device               | critical | storage     | true
            The outage of the website is resolved        | warning  | general     | false
            Backup finished with 0 errors                | info     | backup      | false
            Backup finished without any errors           | info     | backup      | false
            Backup finished with 10 errors               | warning  | backup      | false
            Your parcel is delayed                       | warning  | delivery    | false
            The certificate expires on Monday            | warning  | certificate | false
            Please sign the invoice                      | info     | payment     | true
            40% discount until Sunday                    | info     | promotion   | false
            The meeting room is on the left, sit down    | info     | meeting     | false
            Der Server ist ausgefallen                   | critical | server      | true
            Der Mailserver ist langsam, bitte warten     | warning  | mail        | true
            Ihre Bestellung konnte nicht geliefert werden | warning | delivery    | false
            La réunion est reportée, merci de confirmer  | warning  | meeting     | true
            El disco está dañado, hay que cambiarlo      | warning  | storage     | true
            サーバに障害が発生しました                       | critical | server      | true
            会議は延期です。確認してください                  | warning  | meeting     | true
            Lunch on Thursday                            | info     | meeting     | false
            ???                                          | info     | general     | false
            """)
    void severityCategoryAndActionFollowTheTables(String text, String severity, String category, boolean action) {
        KeywordText words = new KeywordText(text);
        assertEquals(category, NotificationRules.category(words));
        Severity found = NotificationRules.severity(words, category);
        assertEquals(severity, found.wire());
        assertEquals(action, NotificationRules.actionNeeded(words, found));
    }

    static Stream<Arguments> sentences() {
        return Stream.of(
                Arguments.of("I prefer calls in the morning.", List.of("preference")),
                Arguments.of("My daughter is allergic to peanuts.", List.of("preference", "person")),
                Arguments.of("We decided to drop support for it.", List.of("decision")),
                Arguments.of("The next meeting is on 19 November.", List.of("date")),
                Arguments.of("Release on 2026-12-01.", List.of("date")),
                Arguments.of("Write to anna@example.org.", List.of("contact")),
                Arguments.of("Ich wohne in Bonn.", List.of("person")),
                Arguments.of("Nous avons décidé de partir lundi.", List.of("decision", "date")),
                Arguments.of("Prefiero el té.", List.of("preference")),
                Arguments.of("明日の会議は3時です。", List.of("date")),
                Arguments.of("Do you prefer tea?", List.of()),
                Arguments.of("The weather is fine.", List.of()),
                Arguments.of("Hi Anna,", List.of()),
                Arguments.of("I prefer " + "very ".repeat(60) + "strong tea.", List.of()));
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void whatLastsIsToldByItsKind(String sentence, List<String> kinds) {
        assertEquals(kinds, MemoryRules.kinds(sentence));
    }
}
