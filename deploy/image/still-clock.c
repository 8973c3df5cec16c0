/* A clock that stands still, for LD_PRELOAD: Java writes the time since the machine's start into the soft references of an archive of
   classes, and nothing else that differs from one writing to the next. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const struct timespec still = {.tv_sec = 1};
static const time_t wall_clock = 1000000000; /* Later seconds than this are those since 1970. */

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (clock != CLOCK_MONOTONIC) {
    return (int)syscall(SYS_clock_gettime, clock, now);
  }
  *now = still;
  return 0;
}

/* Who waits counts from a time that is long past, and would not wait at all. */
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
  struct timespec end;
  if (until->tv_sec > wall_clock) {
    return pthread_cond_clockwait(condition, mutex, CLOCK_REALTIME, until);
  }
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &end);
  end.tv_sec += until->tv_sec - still.tv_sec + (end.tv_nsec + until->tv_nsec) / 1000000000;
  end.tv_nsec = (end.tv_nsec + until->tv_nsec) % 1000000000;
  return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &end);
}
