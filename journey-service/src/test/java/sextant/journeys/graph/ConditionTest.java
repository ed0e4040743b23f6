package sextant.journeys.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConditionTest {

  private static final Instant NOW = Instant.parse("2026-03-16T14:30:00Z");

  private static final Facts FACTS =
      new Facts(
          Json.object(
              Plans.json(
                  """
                  {'age': 42, 'big': 9007199254740993, 'price': 12.50, 'name': 'Ada', 'vip': true,
                   'zip': '00123', 'digits': '42', 'tags': ['new', 'pro'], 'missing': null,
                   'joined': '2026-03-01T00:00:00Z', 'birthday': '1990-05-17',
                   'address': {'city': 'Paris'}, 'metric.orders': 3, 'segment.s-1': false}
                  """)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "age|eq|42|true",
        "age|=|42.0|true",
        "age|==|'42'|true",
        "age|neq|42|false",
        "age|<>|43|true",
        "age|gt|41|true",
        "age|greater_than|42|false",
        "age|>=|42|true",
        "age|less than|100|true",
        "age|lte|41.999|false",
        "age|eq|'forty'|false",
        "big|eq|9007199254740992|false",
        "big|eq|9007199254740993|true",
        "price|eq|12.5|true",
        "name|eq|'Ada'|true",
        "name|eq|'ada'|false",
        "name|contains|'da'|true",
        "name|not_contains|'da'|false",
        "name|starts_with|'A'|true",
        "name|ends_with|'A'|false",
        "name|in|['Ada','Bob']|true",
        "name|not_in|['Ada','Bob']|false",
        "vip|eq|true|true",
        "vip|eq|'true'|true",
        "vip|neq|true|false",
        "zip|eq|'123'|false",
        "zip|eq|123|true",
        "digits|gt|'7'|true",
        "tags|contains|'pro'|true",
        "tags|contains|'old'|false",
        "joined|lt|'2026-03-02'|true",
        "joined|gt|'now-30d'|true",
        "joined|gt|'now-2w'|false",
        "joined|eq|'2026-03-01T01:00:00+01:00'|true",
        "birthday|between|['1990-01-01','1990-12-31']|true",
        "age|between|[43,50]|false",
        "address.city|eq|'Paris'|true",
        "metric.orders|gte|3|true",
        "segment.s-1|eq|false|true",
        "missing|is_null|0|true",
        "missing|not_exists|0|true",
        "age|exists|0|true",
        "age|is_null|0|false",
        "missing|eq|1|false",
        "missing|neq|1|false",
        "missing|not_in|[1]|false",
        "nowhere.to.be.found|eq|1|false",
      })
  void comparesAFactWithAValue(String field, String operator, String value, boolean holds) {
    assertThat(holds("{'field':'%s','operator':'%s','value':%s}".formatted(field, operator, value)))
        .isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'field':'age','value':42},{'field':'vip','value':true}]|true",
        "{'and':[{'field':'age','value':42},{'field':'vip','value':false}]}|false",
        "{'any':[{'field':'age','value':1},{'field':'vip','value':true}]}|true",
        "{'not':{'field':'age','value':1}}|true",
        "{'not':{'field':'missing','value':1}}|false",
        "{'or':[{'field':'missing','value':1},{'not':{'field':'missing','value':1}}]}|false",
        "{'operator':'OR','conditions':[{'field':'age','value':1},{'field':'vip','value':true}]}|true",
        "{'logic':'and','filters':[{'field':'age','value':42}]}|true",
      })
  void combinesConditionsAsSqlDoes(String json, boolean holds) {
    assertThat(holds(json)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'field':'a','operator':'eq'}|c.value",
        "{'field':'a','operator':'between','value':[1]}|c.value",
        "{'field':'a','operator':'in','value':7}|c.value",
        "{'field':'a','operator':'in','value':[]}|c.value",
        "{'field':'a','operator':'eq','value':{}}|c.value",
        "{'field':'a','operator':'~','value':1}|c.operator",
        "{'and':[]}|c.and",
        "{'and':[{'or':[3]}]}|c.and[0].or[0]",
        "{'fiel':'a'}|c",
        "'a > 1'|c",
      })
  void namesWhatIsWrong(String json, String path) {
    Faults faults = new Faults();

    assertThat(new ConditionReader(faults).read("c", Json.parse(Plans.json(json)))).isEmpty();
    assertThat(faults.wrong()).singleElement().extracting(Faults.Fault::field).isEqualTo(path);
  }

  @Test
  void nestingIsLimited() {
    Faults faults = new Faults();
    String deep = "{'not':".repeat(50) + "{'field':'a','value':1}" + "}".repeat(50);

    new ConditionReader(faults).read("c", Json.parse(Plans.json(deep)));
    assertThat(faults.wrong())
        .singleElement()
        .extracting(Faults.Fault::message)
        .isEqualTo("is nested deeper than 10");
  }

  private static boolean holds(String json) {
    Faults faults = new Faults();
    Condition condition =
        new ConditionReader(faults).read("c", Json.parse(Plans.json(json))).orElseThrow();
    assertThat(faults.all()).isEmpty();
    return condition.holds(FACTS, NOW);
  }
}
