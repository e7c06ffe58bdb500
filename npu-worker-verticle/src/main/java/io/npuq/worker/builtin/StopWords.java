package io.npuq.worker.builtin;

import java.util.List;
import java.util.Set;

/** Function words of English, German, French, Spanish, Italian, Portuguese and Dutch: they say nothing of what a sentence is about. */
final class StopWords {
    private static final Set<String> WORDS = Set.copyOf(List.of(
            ("a about after all also am an and any are as at be because been before but by can could did do does for from get had has have he her"
                            + " here him his how i if in into is it its just me more my no not now of off on one or our out over she so some such than"
                            + " that the their them then there these they this to too up us very was we were what when where which while who will"
                            + " with would you your"
                            + " aber als am an auch auf aus bei bin bis das dass dem den der des die doch du ein eine einem einen einer er es für hat"
                            + " habe haben ich ihr ihre im in ist ja kann mit nach nicht noch nur ob oder sein sich sie sind so über um und uns unser"
                            + " vom von vor war was wenn werden wie wir wird zu zum zur"
                            + " au aux avec ce ces cette dans de des du elle en est et il ils je la le les leur lui mais ne nous on ou où par pas pour"
                            + " qu que qui sa se ses son sont sur un une vous y"
                            + " al como con del el ella en era es esta este ha han hay la las lo los más me mi no o para pero por que se si sin son su"
                            + " sus un una y ya"
                            + " che chi ci con da dal dei del della di e gli ho i il io ma ne nel non per più sono su un"
                            + " ao as com da das do dos ele em era essa esse eu foi mais mas não na nas no nos os ou para pela pelo seu sua um uma"
                            + " aan dat de die een en er het hij ik in is je met naar niet of om op te van voor we ze zijn")
                    .split(" ", -1)));

    private StopWords() {}

    static boolean contains(String word) {
        return WORDS.contains(word);
    }
}
