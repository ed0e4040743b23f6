package sextant.metrics.threshold;

import static org.jooq.impl.DSL.noCondition;
import static sextant.metrics.jooq.Tables.DEFINITION_VERSION;

import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionVersionRecord;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.ListVersionsRequest;
import sextant.metrics.v1.ListVersionsResponse;

/// A page of the versions of a definition, newest first.
final class VersionList {

  private VersionList() {}

  static ListVersionsResponse of(
      DSLContext tx, DefinitionRecord definition, ListVersionsRequest request) {
    int limit = request.hasLimit() ? request.getLimit() : DefinitionsService.DEFAULT_PAGE_SIZE;
    PageRequest asked =
        new PageRequest(
            List.of("versions", definition.getDefinitionId()), request.getCursor(), limit);
    Condition all =
        DEFINITION_VERSION
            .TENANT_ID
            .eq(definition.getTenantId())
            .and(DEFINITION_VERSION.DEFINITION_ID.eq(definition.getDefinitionId()));
    // Ids are in the order of creation.
    Condition rest = asked.afterId().map(DEFINITION_VERSION.VERSION_ID::lt).orElse(noCondition());
    Page<DefinitionVersionRecord> page =
        asked.page(
            tx.selectFrom(DEFINITION_VERSION)
                .where(all)
                .and(rest)
                .orderBy(DEFINITION_VERSION.VERSION_ID.desc())
                .limit(asked.toRead())
                .fetch(),
            row -> List.of(row.getVersionId()));
    return ListVersionsResponse.newBuilder()
        .addAllData(page.map(DefinitionMessages::version))
        .setPagination(
            page.describe(CursorPagination.newBuilder(), tx.fetchCount(DEFINITION_VERSION, all)))
        .build();
  }
}
