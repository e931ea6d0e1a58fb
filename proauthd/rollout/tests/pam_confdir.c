/*
 * Asks libpam itself: authenticates once for each line of its input, a service whose file lies in
 * the folder of its argument, and prints what libpam returns, by number.
 */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int answer(int count, const struct pam_message **messages, struct pam_response **replies,
                  void *data)
{
    (void)messages;
    (void)data;
    *replies = calloc((size_t)count, sizeof **replies);
    return *replies ? PAM_SUCCESS : PAM_BUF_ERR;
}

int main(int argc, char **argv)
{
    char service[256];
    while (argc == 2 && fgets(service, sizeof service, stdin)) {
        struct pam_conv conversation = {answer, NULL};
        pam_handle_t *pam = NULL;
        service[strcspn(service, "\n")] = 0;
        int code = pam_start_confdir(service, "nobody", &conversation, argv[1], &pam);
        if (code == PAM_SUCCESS)
            code = pam_authenticate(pam, 0);
        pam_end(pam, code);
        printf("%d\n", code);
    }
    return 0;
}
