package sextant.segments.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.segments.Tenant.json;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.ListRowsRequest;
import sextant.segments.v1.PreviewDefinitionRequest;
import sextant.segments.v1.PreviewDefinitionResponse;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;

/// Real customers, loaded as a schema: filters of every kind select whom a plain reading of the
/// file selects.
class CustomersFileTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"gender\": (?:null|\"(.)\"), \"age\": (\\d+), \"id\": \"(\\w+)\","
              + " \"became_member_on\": \"(\\d{4})(\\d\\d)(\\d\\d)\", \"income\": (?:null|(\\d+))\\}");

  private static final List<String> lines = new ArrayList<>();
  private static final List<Customer> customers = new ArrayList<>();
  private static Tenant tenant;
  private static Schema schema;

  private record Customer(
      String id, String gender, int age, LocalDate memberSince, Integer income) {

    boolean is(String wanted) {
      return wanted.equals(gender);
    }

    boolean earns(Predicate<Integer> condition) {
      return income != null && condition.test(income);
    }
  }

  @BeforeAll
  static void load() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    CustomersFileTest.class.getResourceAsStream("/customers.jsonl.gz")),
                StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines::add);
    }
    for (String line : lines) {
      Matcher found = LINE.matcher(line);
      assertThat(found.matches()).as(line).isTrue();
      customers.add(
          new Customer(
              found.group(3),
              found.group(1),
              Integer.parseInt(found.group(2)),
              LocalDate.of(
                  Integer.parseInt(found.group(4)),
                  Integer.parseInt(found.group(5)),
                  Integer.parseInt(found.group(6))),
              found.group(7) == null ? null : Integer.valueOf(found.group(7))));
    }
    tenant = service.tenant();
    schema =
        tenant.schema(
            "customers",
            "id:text",
            "gender:varchar",
            "age:integer",
            "became_member_on:date",
            "income:number");
    for (int from = 0; from < lines.size(); from += 5_000) {
      List<String> batch = lines.subList(from, Math.min(from + 5_000, lines.size()));
      assertThat(tenant.insert(schema, "[" + String.join(",", batch) + "]").getInserted())
          .isEqualTo(batch.size());
    }
  }

  /// The service evaluates now as 2026-03-16T14:30Z.
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 16);

  private static Map<String, Predicate<Customer>> filters() {
    Map<String, Predicate<Customer>> filters = new LinkedHashMap<>();
    // Every operator, in its symbol and its words.
    filters.put("{'field':'age','operator':'=','value':55}", c -> c.age == 55);
    filters.put("{'field':'age','operator':'==','value':55.0}", c -> c.age == 55);
    filters.put("{'field':'age','operator':'eq','value':118}", c -> c.age == 118);
    filters.put("{'field':'gender','operator':'equals','value':'F'}", c -> c.is("F"));
    filters.put("{'field':'gender','operator':'=','value':'f'}", c -> false);
    filters.put("{'field':'age','operator':'!=','value':118}", c -> c.age != 118);
    filters.put(
        "{'field':'gender','operator':'<>','value':'F'}", c -> c.gender != null && !c.is("F"));
    filters.put("{'field':'income','operator':'neq','value':72000}", c -> c.earns(i -> i != 72000));
    filters.put(
        "{'field':'gender','operator':'not_equals','value':'M'}",
        c -> c.gender != null && !c.is("M"));
    filters.put("{'field':'income','operator':'>','value':100000}", c -> c.earns(i -> i > 100000));
    filters.put(
        "{'field':'income','operator':'gt','value':99999.99}", c -> c.earns(i -> i > 99999));
    filters.put("{'field':'age','operator':'greater_than','value':100}", c -> c.age > 100);
    filters.put("{'field':'income','operator':'>=','value':1e5}", c -> c.earns(i -> i >= 100000));
    filters.put("{'field':'age','operator':'gte','value':65}", c -> c.age >= 65);
    filters.put("{'field':'income','operator':'<','value':40000}", c -> c.earns(i -> i < 40000));
    filters.put("{'field':'age','operator':'lt','value':20}", c -> c.age < 20);
    filters.put("{'field':'age','operator':'less_than','value':18}", c -> c.age < 18);
    filters.put("{'field':'income','operator':'<=','value':30000}", c -> c.earns(i -> i <= 30000));
    filters.put("{'field':'age','operator':'lte','value':18}", c -> c.age <= 18);
    filters.put(
        "{'field':'age','operator':'in','value':[18,21,65]}",
        c -> Set.of(18, 21, 65).contains(c.age));
    filters.put(
        "{'field':'gender','operator':'in','value':['F','O']}", c -> c.is("F") || c.is("O"));
    filters.put("{'field':'gender','operator':'in','value':'O'}", c -> c.is("O"));
    filters.put("{'field':'gender','operator':'not_in','value':['F','O']}", c -> c.is("M"));
    filters.put(
        "{'field':'income','operator':'NOT IN','value':[30000,50000]}",
        c -> c.earns(i -> i != 30000 && i != 50000));
    filters.put("{'field':'id','operator':'contains','value':'abc'}", c -> c.id.contains("abc"));
    filters.put("{'field':'id','operator':'contains','value':'%'}", c -> false);
    filters.put("{'field':'id','operator':'not_contains','value':'0'}", c -> !c.id.contains("0"));
    filters.put(
        "{'field':'gender','operator':'not_contains','value':'M'}",
        c -> c.gender != null && !c.is("M"));
    filters.put("{'field':'id','operator':'starts_with','value':'00'}", c -> c.id.startsWith("00"));
    filters.put("{'field':'id','operator':'starts_with','value':'_'}", c -> false);
    filters.put("{'field':'id','operator':'endsWith','value':'ff'}", c -> c.id.endsWith("ff"));
    filters.put(
        "{'field':'income','operator':'between','value':[50000,60000]}",
        c -> c.earns(i -> i >= 50000 && i <= 60000));
    filters.put("{'field':'age','operator':'between','value':[60,50]}", c -> false);
    filters.put(
        "{'field':'id','operator':'between','value':['a','b']}",
        c -> c.id.compareTo("a") >= 0 && c.id.compareTo("b") <= 0);
    filters.put("{'field':'gender','operator':'is_null'}", c -> c.gender == null);
    filters.put("{'field':'income','operator':'is_not_null'}", c -> c.income != null);
    filters.put("{'field':'income','operator':'exists'}", c -> c.income != null);
    filters.put("{'field':'gender','operator':'not_exists','value':null}", c -> c.gender == null);
    // Text is ordered by code point.
    filters.put("{'field':'id','operator':'<','value':'8'}", c -> c.id.compareTo("8") < 0);
    filters.put("{'field':'gender','operator':'>=','value':'M'}", c -> c.is("M") || c.is("O"));
    // Days, fixed and relative.
    filters.put(
        "{'field':'became_member_on','operator':'>=','value':'2018-01-01'}",
        c -> !c.memberSince.isBefore(LocalDate.of(2018, 1, 1)));
    filters.put(
        "{'field':'became_member_on','operator':'=','value':'20170212'}",
        c -> c.memberSince.equals(LocalDate.of(2017, 2, 12)));
    filters.put(
        "{'field':'became_member_on','operator':'between','value':['2014-02-28','2014-03-01']}",
        c ->
            !c.memberSince.isBefore(LocalDate.of(2014, 2, 28))
                && !c.memberSince.isAfter(LocalDate.of(2014, 3, 1)));
    filters.put(
        "{'field':'became_member_on','operator':'>','value':'now-3000d'}",
        c -> c.memberSince.isAfter(TODAY.minusDays(3000)));
    filters.put(
        "{'field':'became_member_on','operator':'<=','value':'now-520w'}",
        c -> !c.memberSince.isAfter(TODAY.minusWeeks(520)));
    filters.put("{'field':'became_member_on','operator':'>','value':'now+12h'}", c -> false);
    // Groups.
    filters.put(
        "{'or':[{'field':'age','operator':'<','value':20},{'field':'age','operator':'>','value':90}]}",
        c -> c.age < 20 || c.age > 90);
    filters.put(
        "{'and':[{'field':'gender','operator':'=','value':'F'},{'or':["
            + "{'field':'income','operator':'>','value':90000},"
            + "{'and':[{'field':'age','operator':'>=','value':40},{'field':'age','operator':'<=','value':50}]}]}]}",
        c -> c.is("F") && (c.earns(i -> i > 90000) || c.age >= 40 && c.age <= 50));
    filters.put(
        "{'not':{'field':'income','operator':'>','value':50000}}", c -> c.earns(i -> i <= 50000));
    filters.put(
        "{'not':[{'field':'gender','operator':'=','value':'M'},{'field':'age','operator':'>','value':40}]}",
        c -> c.age <= 40 || c.gender != null && !c.is("M"));
    filters.put(
        "{'not':{'or':[{'field':'gender','operator':'=','value':'M'},{'field':'age','operator':'>','value':40}]}}",
        c -> c.age <= 40 && c.gender != null && !c.is("M"));
    // Qualified by the base itself, and two conditions at the top.
    filters.put(
        "{'field':'customers.age','operator':'>','value':60},{'field':'gender','operator':'=','value':'O'}",
        c -> c.age > 60 && c.is("O"));
    return filters;
  }

  @Test
  void fiftyFiltersOfEveryKindCountWhatTheFileHas() {
    Map<String, Predicate<Customer>> filters = filters();
    assertThat(filters).hasSizeGreaterThanOrEqualTo(50);
    filters.forEach(
        (filter, predicate) -> {
          List<Customer> expected = customers.stream().filter(predicate).toList();

          PreviewDefinitionResponse preview =
              tenant.segments.previewDefinition(
                  PreviewDefinitionRequest.newBuilder()
                      .setBaseSchemaId(schema.getId())
                      .setFilters(json("[" + filter + "]"))
                      .build());

          assertThat(preview.getCustomerCount()).as(filter).isEqualTo(expected.size());
          assertThat(preview.getCount()).as(filter).isEqualTo(Math.min(20, expected.size()));
        });
  }

  @Test
  void aSegmentOfRealCustomersIsItsViewToo() {
    Segment segment = tenant.segment(schema, "[{'field':'income','operator':'>','value':100000}]");
    List<String> expected =
        customers.stream().filter(c -> c.earns(i -> i > 100000)).map(c -> c.id).sorted().toList();

    assertThat(segment.getCustomerCount()).isEqualTo(expected.size());
    assertThat(service.members(tenant, segment)).isEqualTo(expected);
  }

  @Test
  void theFileComesBackAsItWentIn() {
    String rows =
        tenant
            .rows
            .listRows(ListRowsRequest.newBuilder().setSchemaId(schema.getId()).setLimit(1).build())
            .getRows();
    Customer first =
        customers.stream().min(java.util.Comparator.comparing(Customer::id)).orElseThrow();

    assertThat(rows)
        .isEqualTo(
            "[{\"id\":\"%s\",\"gender\":%s,\"age\":%d,\"became_member_on\":\"%s\",\"income\":%s}]"
                .formatted(
                    first.id,
                    first.gender == null ? null : "\"" + first.gender + "\"",
                    first.age,
                    first.memberSince,
                    first.income));
  }
}
