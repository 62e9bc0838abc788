//! Exports as other releases and other programs write them come in without a word on which system
//! they are from.

use serde_json::{Value, json};

use crate::desk::Desk;

/// Imports a file and gives back its tickets, the first first.
#[track_caller]
fn came(name: &str, text: &str, system: &str) -> (Desk, Vec<Value>) {
    let desk = Desk::new();
    desk.write(name, text);
    let line = format!("import tickets {name} --as ewa");
    let dry = desk.run(&format!("{line} --dry-run")).code(0);
    let recognised = format!("read by the map for {system}");
    assert!(dry.stdout.contains(&recognised), "{dry}");
    let out = desk.run(&format!("{line} --from {system}")).code(0);
    let listed = desk.json(&format!("list --all source:{system} --sort id"));
    let ids = listed["tickets"].as_array().unwrap().clone();
    let mut tickets: Vec<Value> = ids
        .iter()
        .map(|one| {
            desk.json(&format!("show {}", one["id"].as_str().unwrap()))["tickets"][0].clone()
        })
        .collect();
    assert!(!tickets.is_empty(), "{out}");
    tickets.sort_by_key(|one| one["source"]["id"].to_string());
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let _ = desk.run(&format!("{line} --from {system}")).code(0);
    assert!(desk.state() == state, "{name}");
    (desk, tickets)
}

/// The texts of a ticket's entries.
fn texts(ticket: &Value) -> Vec<String> {
    let entries = ticket["entries"].as_array().unwrap();
    let text = |one: &Value| format!("{} {}", one["kind"], one["text"]).replace('"', "");
    entries.iter().map(text).collect()
}

#[test]
fn glpi_11_with_several_people_and_plain_texts() {
    let file = "\u{feff}\"ID\";\"Title\";\"Status\";\"Last update\";\"Opening date\";\"Requester - Requester\";\"Assigned to - Technician\";\"Description\";\"Followups - Description\";\"Linked tickets - Parent tickets\"\r\n\
        \"1 201\";\"Printer\";\"Processing (assigned)\";\"2026-11-05 09:00\";\"2026-11-03 10:12\";\"Tran Mai\nWilk Zofia\";\"Kern Ola\nIto Ben\";\"Hello,\n\nit is <jammed>.\";\"First\nstill first\n\n---\n\nSecond\";\"\"\r\n\
        \"1 202\";\"Door\";\"Pending\";\"2026-11-05 09:00\";\"2026-11-04 10:12\";\"Uddin Rahim\";\"\";\"\";\"\";\"1 201\"\r\n";
    let (_desk, all) = came("glpi.csv", file, "glpi");
    assert_eq!(all[0]["source"]["id"], "1201");
    assert_eq!(all[0]["description"], "Hello,\n\nit is <jammed>.");
    assert_eq!(all[0]["assignee"], "kern-ola");
    assert_eq!(all[0]["requester"]["name"], "Tran Mai");
    let told = texts(&all[0]);
    for text in [
        "note Also for: Wilk Zofia",
        "note Also assigned: Ito Ben",
        "note First\\nstill first",
        "note Second",
    ] {
        assert!(told.iter().any(|one| one == text), "{text}: {told:?}");
    }
    assert_eq!(all[1]["links"]["parent"], all[0]["id"]);
}

#[test]
fn request_tracker_with_names_beside_addresses() {
    let file = "id\tSubject\tStatus\tQueueName\tOwnerName\tPriority\tRequestors\tCreated\tTold\tMemberOf\n\
        8\tDisk\tOpen\tGeneral\tolak\t0\t\"Mai Tran\" <mai@example.org>, bo@example.org\tTue Nov 03 09:05:06 2026\tTue Nov 03 09:30:00 2026\tTicket #9: The room\n\
        9\tThe room\tnew\tGeneral\tNobody in particular\t0\tbo\tMon Nov 02 09:05:06 2026\tNot set\t\n";
    let (_desk, all) = came("results.tsv", file, "rt");
    assert_eq!(all[0]["requester"]["name"], "Mai Tran");
    assert_eq!(all[0]["requester"]["email"], "mai@example.org");
    assert_eq!(all[0]["status"], "open");
    assert_eq!(all[0]["links"]["parent"], all[1]["id"]);
    assert_eq!(all[1]["requester"], json!({"name": "bo"}));
    assert!(texts(&all[0]).contains(&"note Also for: bo@example.org".to_owned()));
}

#[test]
fn the_table_api_with_and_without_displayed_values() {
    let both = |shown: &str, value: &str| json!({"display_value": shown, "value": value});
    let file = json!({"result": [{
        "number": both("INC0000061", "INC0000061"),
        "short_description": both("Mail", "Mail"),
        "state": both("On Hold", "3"),
        "hold_reason": both("Awaiting Vendor", "4"),
        "opened_at": both("2026-11-03 11:00:00", "2026-11-03 09:00:00"),
        "caller_id": {"display_value": "Mai Tran", "link": "https://x.example/1", "value": "51"},
        "comments_and_work_notes": both("2026-11-03 12:00:00 - Ola Kern (Work notes)\nAsked.\n\n2026-11-03 11:30:00 - Mai Tran (Additional comments)\nStill slow.\n", ""),
    }]});
    let (_desk, all) = came("both.json", &file.to_string(), "servicenow");
    assert_eq!(all[0]["created"], "2026-11-03T09:00:00Z");
    assert_eq!(all[0]["waiting_on"], "vendor");
    assert_eq!(all[0]["requester"]["name"], "Mai Tran");
    let told = texts(&all[0]);
    assert!(told.contains(&"contact Still slow.".to_owned()), "{told:?}");
    assert!(told.contains(&"note Asked.".to_owned()), "{told:?}");
    let link = "https://x.example/api/now/table/sys_user/51";
    let file = json!({"result": [{
        "number": "INC0000062", "short_description": "Mail", "state": "6",
        "opened_at": "2026-11-03 09:00:00", "resolved_at": "2026-11-03 10:00:00",
        "opened_by": {"link": link, "value": "51"}, "caller_id": {"link": link, "value": "51"},
    }]});
    let (_desk, all) = came("raw.json", &file.to_string(), "servicenow");
    assert_eq!(all[0]["created"], "2026-11-03T09:00:00Z");
    assert_eq!(all[0]["status"], "resolved");
}

#[test]
fn jira_with_documents_for_texts_and_numbers_for_people() {
    let document = |text: &str| {
        json!({"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": text}]},
        ]})
    };
    let file = json!({"isLast": true, "issues": [{"id": "1", "key": "D-1", "fields": {
        "summary": "Main", "description": document("Since noon."),
        "status": {"name": "In progress"}, "created": "2026-11-03T08:12:44.000+0100",
        "reporter": {"displayName": "Mai Tran"},
        "comment": {"comments": [{"id": "7", "author": {"displayName": "Ola Kern"},
            "body": document("Which one?"), "created": "2026-11-03T09:12:44.000+0100"}]},
    }}]});
    let (_desk, all) = came("search.json", &file.to_string(), "jira");
    assert_eq!(all[0]["description"], "Since noon.");
    assert_eq!(all[0]["status"], "open");
    assert!(texts(&all[0]).contains(&"contact Which one?".to_owned()));
    let file = "Summary,Issue key,Issue id,Status,Created,Assignee,Assignee Id,Reporter,Reporter Id,Comment,Comment,Parent,Parent key\n\
        Sub,D-2,12,WAITING FOR CUSTOMER,03/Nov/26 2:05 PM,Ola Kern,70:1,Mai Tran,70:2,03/Nov/26 3:00 PM;70:1;Since when?,03/Nov/26 3:10 PM;70:2;Since noon.,11,D-1\n\
        Main,D-1,11,Open,03/Nov/26 2:00 PM,,,Mai Tran,70:2,,,,\n";
    let (_desk, all) = came("jira.csv", file, "jira");
    assert_eq!(all[1]["status"], "pending");
    assert_eq!(all[1]["links"]["parent"], all[0]["id"]);
    let entry = |text: &str| {
        let mut entries = all[1]["entries"].as_array().unwrap().iter();
        entries.find(|one| one["text"] == text).unwrap()
    };
    assert_eq!(entry("Since when?")["by"], "ola-kern");
    assert_eq!(entry("Since noon.")["attributes"]["direction"], "in");
}

#[test]
fn pages_of_graphql_and_comments_beside_the_issues() {
    let issue = json!({"number": 7, "title": "Crash", "body": "It stops.", "state": "OPEN",
        "stateReason": null, "createdAt": "2026-11-03T08:12:44Z", "author": {"login": "mai-t"},
        "labels": {"totalCount": 1, "nodes": [{"name": "bug"}]},
        "assignees": {"nodes": [{"login": "ola"}, {"login": "ben"}]},
        "comments": {"nodes": [{"id": "c", "author": {"login": "ola"}, "body": "Hm", "createdAt": "2026-11-03T09:12:44Z"}]}});
    let file = json!({"data": {"repository": {"issues": {"nodes": [issue], "pageInfo": {}}}}});
    let (_desk, all) = came("page.json", &file.to_string(), "github");
    assert_eq!(all[0]["tags"], json!(["bug"]));
    assert_eq!(all[0]["assignee"], "ola");
    let told = texts(&all[0]);
    assert!(told.contains(&"contact Hm".to_owned()), "{told:?}");
    assert!(
        told.contains(&"note Also assigned: ben".to_owned()),
        "{told:?}"
    );
    let issue = json!({"url": "https://x.example/issues/8", "number": 8, "title": "Crash",
        "state": "closed", "state_reason": "completed", "user": {"login": "mai-t"}, "comments": 1,
        "created_at": "2026-11-03T08:12:44Z", "closed_at": "2026-11-04T08:12:44Z"});
    let comment = json!({"id": 5, "issue_url": "https://x.example/issues/8", "user": {"login": "ola"}, "body": "Hm", "created_at": "2026-11-03T09:12:44Z"});
    let pages = json!([[issue], [{"number": 9, "title": "Slow", "state": "open",
        "user": {"login": "bo"}, "created_at": "2026-11-05T08:12:44Z"}]]);
    let file = json!({"issues": [issue], "comments": [comment]});
    let (_desk, all) = came("dump.json", &file.to_string(), "github");
    assert!(texts(&all[0]).contains(&"contact Hm".to_owned()));
    assert_eq!(all[0]["status"], "closed");
    let (_desk, all) = came("pages.json", &pages.to_string(), "github");
    assert_eq!(all[1]["title"], "Slow");
}

#[test]
fn freshdesk_by_the_account_and_zendesk_with_people_beside_the_tickets() {
    let note = json!({"note": {"id": 1, "body": "Which?", "private": true, "user_id": 6, "created_at": "2026-11-03T14:30:44+05:30"}});
    let file = json!([{"helpdesk_ticket": {"id": 60001, "display_id": 5, "subject": "Hang",
        "description": "It hangs", "status": 6, "priority": 4, "source": 3, "requester_id": 5,
        "requester_name": "Mai Tran", "responder_id": 6, "responder_name": "Ola Kern",
        "created_at": "2026-11-03T14:12:44+05:30", "tags": [{"name": "vpn"}], "notes": [note]}}]);
    let (_desk, all) = came("export.json", &file.to_string(), "freshdesk");
    assert_eq!(all[0]["source"]["id"], "5");
    assert_eq!(all[0]["created"], "2026-11-03T08:42:44Z");
    assert_eq!(all[0]["waiting_on"], "customer");
    assert_eq!(all[0]["tags"], json!(["vpn"]));
    assert_eq!(all[0]["entries"][1]["by"], "ola-kern");
    let ticket = json!({"id": 35, "subject": "Hi", "status": "open", "via": {"channel": "web"},
        "created_at": "2026-11-03T08:12:44Z", "requester_id": 7, "assignee_id": 8, "group_id": 3,
        "comments": [{"id": 2, "author_id": 8, "html_body": "<p>Yes?</p>", "public": true, "created_at": "2026-11-03T08:30:44Z"}]});
    let users = json!([{"id": 7, "name": "Mai Tran", "email": "mai@example.org"}, {"id": 8, "name": "Ola Kern"}]);
    let file = json!({"tickets": [{"ticket": ticket}], "users": users, "groups": [{"id": 3, "name": "Network"}]});
    let (_desk, all) = came("page.json", &file.to_string(), "zendesk");
    assert_eq!(all[0]["requester"]["email"], "mai@example.org");
    assert_eq!(all[0]["assignee"], "ola-kern");
    assert_eq!(all[0]["queue"], "network");
    assert!(texts(&all[0]).contains(&"contact Yes?".to_owned()));
    let file = "ID,Subject,Requester,Requested,Ticket status,Assignee\n35,Hi,Mai Tran,2026-11-03 08:12,On-hold,Ola Kern\n";
    let (_desk, all) = came("view.csv", file, "zendesk");
    assert_eq!(all[0]["waiting_on"], "vendor");
}

#[test]
fn a_writers_name_that_is_no_field_is_left_behind_too() {
    let article = json!({"id": 5, "ticket_id": 1, "from": "Mai Tran <mai@example.org>", "body": "It is dark.", "internal": false, "created_at": "2026-11-03T08:30:44Z"});
    let ticket = json!({"id": 1, "number": "22001", "title": "Lamp", "state": "open",
        "group": "Users", "owner": "-", "customer": "mai@example.org", "create_article_type_id": 1,
        "created_at": "2026-11-03T08:12:44Z"});
    let file = json!({"tickets": [ticket], "articles": [article]}).to_string();
    for how in ["--pseudonym", "--drop requester.name"] {
        let desk = Desk::new();
        desk.write("tickets.json", &file);
        let _ = desk.ok(&format!(
            "import tickets tickets.json --from zammad {how} --as ewa"
        ));
        let all = desk.ok("export source:zammad --format json").stdout;
        assert!(all.contains("It is dark."), "{all}");
        assert!(!all.contains("Mai Tran"), "{how}: {all}");
        let _ = desk.run("check").code(0);
    }
}
