package dev.rote.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cce|cce",
        " rll( alpha = 0.10 ) |rll(alpha=0.1)",
        "normalized(mse)|normalized(mse)",
        "symmetric(0.40,exact)|symmetric(0.4, exact)",
        "steps(1e-1, 100, 150)|steps(0.1, 100, 150)",
        "matrix(a/b-c_d.csv)|matrix(a/b-c_d.csv)",
        "labels('my labels.npy')|labels('my labels.npy')"
      })
  void printsInCanonicalForm(String text, String canonical) {
    assertThat(Term.parse(text)).hasToString(canonical);
    assertThat(Term.parse(canonical)).hasToString(canonical);
  }

  @Test
  void readsSumsWithWeights() {
    List<Term.Weighted> sum = Term.parseSum("nce + 10*rce(a=2)");
    assertThat(sum).extracting(Term.Weighted::weight).containsExactly(1.0, 10.0);
    assertThat(sum).extracting(w -> w.term().toString()).containsExactly("nce", "rce(a=2)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rll(alpha=0.1|column 14: ',' or ')' is missing",
        "rll)|column 4: ')' is not expected",
        "normalized(2*mae)|column 13: parentheses cannot hold a sum; add up outside them",
        "forward(nce + mae, pair(0.1))|column 13: parentheses cannot hold a sum",
        "|column 1: a name is missing",
        "rll(alpha=)|column 11: ')' is not expected",
        "labels('x|column 8: the quote is not closed"
      })
  void pointsAtTheColumnOfAnError(String text, String message) {
    assertThatThrownBy(() -> Term.parse(text == null ? "" : text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void findsArgumentsByNameOrPosition() {
    assertThat(Term.parse("rll(0.2)").required("alpha", 0).number()).isEqualTo(0.2);
    assertThat(Term.parse("rll(alpha=0.2)").required("alpha", 0).number()).isEqualTo(0.2);
    assertThat(Term.parse("rll").argument("alpha", 0)).isEmpty();
    assertThatThrownBy(() -> Term.parse("rll(0.2, alpha=0.3)").required("alpha", 0))
        .hasMessageContaining("alpha is given twice, with its name and by its place (column 5 of");
    assertThatThrownBy(() -> Term.parse("rll(alpha=0.2, alpha=0.3)").required("alpha", 0))
        .hasMessageContaining("alpha is given twice (column 16 of");
    assertThatThrownBy(() -> Term.parse("rll(alhpa=0.2)").allow(1, "alpha"))
        .hasMessageContaining("unknown argument 'alhpa'; did you mean 'alpha'?");
    assertThatThrownBy(() -> Term.parse("sce(1, betta=2)").allow(3, "alpha", "beta"))
        .hasMessageContaining("(column 8 of");
    assertThatThrownBy(() -> Term.parse("rll(0.1, 0.2)").allow(1, "alpha"))
        .hasMessageContaining("at most 1 unnamed argument, not 2 (column 10 of");
    assertThatThrownBy(() -> Term.parse("cce(1)").allow(0)).hasMessageContaining("no unnamed");
    assertThatThrownBy(() -> Term.parse("rll(alpha=x)").required("alpha", 0).number())
        .hasMessageContaining("'x' is not a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/data/y.npy", "a (1)/y.npy", "it's", "C:\\x", "say \"y\"", "", "a,b=c"})
  void anyTextCanBeAWord(String text) {
    Term file = Term.parse("labels(" + Term.word(text) + ")").required("file", 0);
    assertThat(file.name()).isEqualTo(text);
  }

  @Test
  void aTextWithBothKindsOfQuotesIsRefused() {
    assertThatThrownBy(() -> Term.word("it's \"y\"")).hasMessageContaining("another name");
    assertThat(Term.word("/data/y.npy")).isEqualTo("/data/y.npy");
  }

  @Test
  void namesTheNearestKnownName() {
    assertThat(Names.unknown("loss", "rrl", List.of("cce", "mse", "rll")))
        .isEqualTo("unknown loss 'rrl'; did you mean 'rll'? known: cce, mse, rll");
    assertThat(Names.nearest("resnet23", List.of("mlp", "resnet32"))).contains("resnet32");
    assertThat(Names.nearest("NCE", List.of("cce", "nce"))).contains("nce");
    assertThat(Names.nearest("xyzzyplugh", List.of("cce"))).isEmpty();
  }

  @Test
  void equalTermsHaveEqualTextWhereverTheyStood() {
    assertThat(Term.parse("rll( 0.10 )")).isEqualTo(Term.parse("rll(0.1)"));
    assertThat(Term.parse("rll(0.1)")).hasSameHashCodeAs(Term.parse("rll(1e-1)"));
    assertThat(Term.parse("rll(0.1)")).isNotEqualTo(Term.parse("rll(0.2)"));
  }

  @Test
  void deepNestingIsRefusedInOneLine() {
    String text = "normalized(".repeat(5000) + "mse" + ")".repeat(5000);
    assertThatThrownBy(() -> Term.parse(text))
        .isInstanceOf(InputException.class)
        .hasMessage("a text of 60,003 characters nests more than 50 terms");
  }
}
