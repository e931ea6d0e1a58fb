/*
 * Times whole authentications, from before pam_start to after pam_end.
 *
 *   pam_bench                     warm: one attempt for each line "SERVICE USER CODE" of stdin,
 *                                 all in this process
 *   pam_bench SERVICE USER CODE   cold: one attempt in a fresh process, as soon as stdin ends
 *
 * Prints a line "SERVICE USER RESULT PROMPTS NANOSECONDS" for each. What the result should have
 * been, and whether the user should have been asked, is for the caller to check.
 */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONFDIR "/run/bench/pam.d"

struct typist {
    const char *code;
    int prompts;
};

/* Types the code at each hidden prompt, and counts them. */
static int converse(int count, const struct pam_message **messages, struct pam_response **out,
                    void *data)
{
    struct typist *typist = data;
    struct pam_response *replies = calloc(count, sizeof *replies);

    for (int i = 0; replies != NULL && i < count; i++)
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF) {
            replies[i].resp = strdup(typist->code);
            typist->prompts++;
        }
    *out = replies;
    return replies == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static long long nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void attempt(const char *service, const char *user, const char *code)
{
    struct typist typist = { code, 0 };
    struct pam_conv conversation = { converse, &typist };
    pam_handle_t *pam = NULL;
    long long start = nanoseconds();
    int result = pam_start_confdir(service, user, &conversation, CONFDIR, &pam);

    if (result == PAM_SUCCESS) {
        result = pam_authenticate(pam, 0);
        pam_end(pam, result);
    }
    long long took = nanoseconds() - start;

    printf("%s %s %d %d %lld\n", service, user, result, typist.prompts, took);
}

static void attempts_of_stdin(void)
{
    char service[64], user[64], code[16];

    while (scanf("%63s %63s %15s", service, user, code) == 3)
        attempt(service, user, code);
}

int main(int argc, char **argv)
{
    char byte;

    if (argc == 1) {
        attempts_of_stdin();
    } else if (argc == 4) {
        while (read(STDIN_FILENO, &byte, 1) > 0)
            ;
        attempt(argv[1], argv[2], argv[3]);
    } else {
        fprintf(stderr, "usage: pam_bench [SERVICE USER CODE]\n");
        return 2;
    }
    return fflush(stdout) == 0 && !ferror(stdin) ? 0 : 1;
}
