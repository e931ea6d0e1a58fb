/*
 * A program that makes the calls of libpam that it is told to, and tells what comes of each.
 *
 * It is told line by line; values are in hexadecimal:
 *
 *   pam_start_confdir SERVICE USER DIRECTORY [null]   null: there is no conversation function
 *   pam_set_item user|tty|rhost VALUE
 *   pam_putenv VALUE
 *   pam_authenticate FLAGS
 *   pam_acct_mgmt FLAGS
 *   pam_end
 *
 * Each call ends with a line "returned CODE DELAY": the delay in microseconds that libpam would
 * have waited, since nobody waits here. Before that, there is a line for each message:
 *
 *   says STYLE TEXT     nothing is to be answered
 *   asks STYLE TEXT     and it waits for one of these lines:
 *                       types TEXT, replies-null, hangs-up (as sudo -n does)
 */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Kills what has not ended after so many seconds: no test waits for ever. */
#define PATIENCE 120

static pam_handle_t *pam;
static int last_code;
static unsigned delay;

/* The words of the next line; ends with the input. */
static char **read_line(void)
{
    static char line[16384], *words[8];
    if (!fgets(line, sizeof line, stdin))
        exit(0);
    line[strcspn(line, "\n")] = 0;
    char *rest = line;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        words[i] = strsep(&rest, " ");
    return words;
}

static char *decode(const char *hex)
{
    size_t len = strlen(hex) / 2;
    char *bytes = calloc(len + 1, 1);
    for (size_t i = 0; i < len; i++)
        sscanf(hex + 2 * i, "%2hhx", (unsigned char *)bytes + i);
    return bytes;
}

static void print_message(const char *verb, const struct pam_message *message)
{
    printf("%s %d ", verb, message->msg_style);
    for (const char *byte = message->msg; *byte; byte++)
        printf("%02x", (unsigned char)*byte);
    putchar('\n');
}

/* Whether there is an answer. */
static int answer(const struct pam_message *message, struct pam_response *response)
{
    if (message->msg_style != PAM_PROMPT_ECHO_OFF && message->msg_style != PAM_PROMPT_ECHO_ON) {
        print_message("says", message);
        return 1;
    }
    print_message("asks", message);
    char **words = read_line();
    if (strcmp(words[0], "types") == 0)
        response->resp = decode(words[1]);
    return strcmp(words[0], "hangs-up") != 0;
}

static int talk(int count, const struct pam_message **messages, struct pam_response **responses,
                void *data)
{
    (void)data;
    *responses = calloc((size_t)count, sizeof **responses);
    for (int i = 0; i < count; i++) {
        if (answer(messages[i], *responses + i))
            continue;
        free(*responses);
        *responses = NULL;
        return PAM_CONV_ERR;
    }
    return PAM_SUCCESS;
}

/* libpam calls this instead of sleeping, also after a success, which is never delayed. */
static void note_delay(int code, unsigned microseconds, void *data)
{
    (void)data;
    delay = code == PAM_SUCCESS ? 0 : microseconds;
}

static int start(char **words)
{
    struct pam_conv conversation = {words[4] ? NULL : talk, NULL};
    int code = pam_start_confdir(decode(words[1]), decode(words[2]), &conversation,
                                 decode(words[3]), &pam);
    if (code == PAM_SUCCESS)
        code = pam_set_item(pam, PAM_FAIL_DELAY, (const void *)note_delay);
    return code;
}

static int set_item(const char *name, const char *value)
{
    int item = strcmp(name, "user") == 0 ? PAM_USER : strcmp(name, "tty") == 0 ? PAM_TTY : PAM_RHOST;
    return pam_set_item(pam, item, value);
}

static int call(char **words)
{
    if (strcmp(words[0], "pam_start_confdir") == 0)
        return start(words);
    if (strcmp(words[0], "pam_set_item") == 0)
        return set_item(words[1], decode(words[2]));
    if (strcmp(words[0], "pam_putenv") == 0)
        return pam_putenv(pam, decode(words[1]));
    if (strcmp(words[0], "pam_authenticate") == 0)
        return last_code = pam_authenticate(pam, atoi(words[1]));
    if (strcmp(words[0], "pam_acct_mgmt") == 0)
        return last_code = pam_acct_mgmt(pam, atoi(words[1]));
    if (strcmp(words[0], "pam_end") == 0)
        return pam_end(pam, last_code);
    exit(2);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(PATIENCE);
    for (;;) {
        delay = 0;
        int code = call(read_line());
        printf("returned %d %u\n", code, delay);
    }
}
